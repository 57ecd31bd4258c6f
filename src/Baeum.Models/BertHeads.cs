namespace Baeum.Models;

/// <summary>BERT with its two pre-training tasks: a hidden piece from both sides, and whether the second sentence follows the first.</summary>
public sealed class BertForPreTraining : PretrainedModel
{
    private readonly Bert bert;
    private readonly BertPredictionHead predictions;
    private readonly Linear relationship;

    /// <summary>The model at a place.</summary>
    public BertForPreTraining(ParamScope scope, BertConfig config) : base(scope, config)
    {
        bert = new(scope / "bert", config);
        predictions = new(scope / "cls" / "predictions", config, bert.WordEmbeddings);
        relationship = new(scope / "cls" / "seq_relationship", config.HiddenSize, 2, initializer: config.Normal);
    }

    /// <summary>Loads a folder.</summary>
    /// <inheritdoc cref="Checkpoint.Load"/>
    public static BertForPreTraining FromPretrained(string folder) => Checkpoint.Load(folder, "bert", (scope, file) => new BertForPreTraining(scope, BertConfig.From(file)));

    /// <summary>Scores for every piece, and for "follows" (0) and "does not" (1).</summary>
    /// <returns>[batch, time, vocabulary] and [batch, 2].</returns>
    /// <inheritdoc cref="Bert.Forward"/>
    public (Tensor Predictions, Tensor Relationship) Forward(Tensor ids, Tensor? attentionMask = null, Tensor? typeIds = null, Trace? trace = null)
    {
        Tensor hidden = bert.Forward(ids, attentionMask, typeIds, trace);
        return (predictions.Forward(hidden), relationship.Forward(bert.Pool(hidden)));
    }

    /// <summary>Scores at some places only, as training needs them: most of the work of a small model is its scores.</summary>
    /// <param name="batch">The texts.</param>
    /// <param name="places">Int64 [chosen]: places in the flattened [batch · time].</param>
    /// <returns>[chosen, vocabulary] and [batch, 2].</returns>
    public (Tensor Predictions, Tensor Relationship) Forward(TextBatch batch, Tensor places)
    {
        ArgumentNullException.ThrowIfNull(batch);
        Tensor hidden = bert.Forward(batch.Ids, batch.AttentionMask, batch.TypeIds);             // [B, T, C]
        Tensor chosen = hidden.Reshape(-1, hidden.Shape[2]).IndexSelect(0, places);              // [chosen, C]
        return (predictions.Forward(chosen), relationship.Forward(bert.Pool(hidden)));
    }
}

/// <summary>BERT that says which piece is hidden.</summary>
public sealed class BertForMaskedLM : PretrainedModel
{
    private readonly Bert bert;
    private readonly BertPredictionHead predictions;

    /// <summary>The model at a place.</summary>
    public BertForMaskedLM(ParamScope scope, BertConfig config) : base(scope, config)
    {
        bert = new(scope / "bert", config, hasPooler: false);
        predictions = new(scope / "cls" / "predictions", config, bert.WordEmbeddings);
    }

    /// <summary>Loads a folder.</summary>
    /// <inheritdoc cref="Checkpoint.Load"/>
    public static BertForMaskedLM FromPretrained(string folder) => Checkpoint.Load(folder, "bert", (scope, file) => new BertForMaskedLM(scope, BertConfig.From(file)));

    /// <summary>Scores for every piece.</summary>
    /// <returns>[batch, time, vocabulary].</returns>
    /// <inheritdoc cref="Bert.Forward"/>
    public Tensor Forward(Tensor ids, Tensor? attentionMask = null, Tensor? typeIds = null, Trace? trace = null) => predictions.Forward(bert.Forward(ids, attentionMask, typeIds, trace));
}

/// <summary>BERT that puts texts into classes.</summary>
public sealed class BertForSequenceClassification : PretrainedModel
{
    private readonly Bert bert;
    private readonly Dropout dropout;
    private readonly Linear classifier;

    /// <summary>The model at a place; a class for each of the configuration's labels.</summary>
    public BertForSequenceClassification(ParamScope scope, BertConfig config) : base(scope, config)
    {
        bert = new(scope / "bert", config);
        dropout = new(scope / "dropout", config.Dropout);
        classifier = new(scope / "classifier", config.HiddenSize, config.Labels.Count, initializer: config.Normal);
    }

    /// <summary>Loads a folder; with <paramref name="labels"/> for these classes, their layer new where the folder's does not fit.</summary>
    /// <inheritdoc cref="Checkpoint.Load"/>
    public static BertForSequenceClassification FromPretrained(string folder, IReadOnlyList<string>? labels = null, RandomGenerator? generator = null) => Checkpoint.Load(
        folder, "bert", (scope, file) => new BertForSequenceClassification(scope, BertConfig.From(file) is var config && labels is not null ? config with { Labels = labels } : config),
        labels is null ? [] : ["classifier.", "bert.pooler."], generator);

    /// <summary>Scores for each class.</summary>
    /// <returns>[batch, classes].</returns>
    /// <inheritdoc cref="Bert.Forward"/>
    public Tensor Forward(Tensor ids, Tensor? attentionMask = null, Tensor? typeIds = null, Trace? trace = null) =>
        classifier.Forward(dropout.Forward(bert.Pool(bert.Forward(ids, attentionMask, typeIds, trace))));
}

/// <summary>BERT that puts every piece into a class, as names of persons and places.</summary>
public sealed class BertForTokenClassification : PretrainedModel
{
    private readonly Bert bert;
    private readonly Dropout dropout;
    private readonly Linear classifier;

    /// <summary>The model at a place; a class for each of the configuration's labels.</summary>
    public BertForTokenClassification(ParamScope scope, BertConfig config) : base(scope, config)
    {
        bert = new(scope / "bert", config, hasPooler: false);
        dropout = new(scope / "dropout", config.Dropout);
        classifier = new(scope / "classifier", config.HiddenSize, config.Labels.Count, initializer: config.Normal);
    }

    /// <summary>Loads a folder; with <paramref name="labels"/> for these classes, their layer new where the folder's does not fit.</summary>
    /// <inheritdoc cref="Checkpoint.Load"/>
    public static BertForTokenClassification FromPretrained(string folder, IReadOnlyList<string>? labels = null, RandomGenerator? generator = null) => Checkpoint.Load(
        folder, "bert", (scope, file) => new BertForTokenClassification(scope, BertConfig.From(file) is var config && labels is not null ? config with { Labels = labels } : config),
        labels is null ? [] : ["classifier."], generator);

    /// <summary>Scores for each class at each piece.</summary>
    /// <returns>[batch, time, classes].</returns>
    /// <inheritdoc cref="Bert.Forward"/>
    public Tensor Forward(Tensor ids, Tensor? attentionMask = null, Tensor? typeIds = null, Trace? trace = null) =>
        classifier.Forward(dropout.Forward(bert.Forward(ids, attentionMask, typeIds, trace)));
}

/// <summary>BERT that finds where in a text the answer to a question begins and ends.</summary>
public sealed class BertForQuestionAnswering : PretrainedModel
{
    private readonly Bert bert;
    private readonly Linear outputs;

    /// <summary>The model at a place.</summary>
    public BertForQuestionAnswering(ParamScope scope, BertConfig config) : base(scope, config)
    {
        bert = new(scope / "bert", config, hasPooler: false);
        outputs = new(scope / "qa_outputs", config.HiddenSize, 2, initializer: config.Normal);
    }

    /// <summary>Loads a folder; the answer's layer is new where the folder has none.</summary>
    /// <inheritdoc cref="Checkpoint.Load"/>
    public static BertForQuestionAnswering FromPretrained(string folder, RandomGenerator? generator = null) =>
        Checkpoint.Load(folder, "bert", (scope, file) => new BertForQuestionAnswering(scope, BertConfig.From(file)), ["qa_outputs."], generator);

    /// <summary>Scores of each piece as the answer's first and last.</summary>
    /// <returns>Twice [batch, time].</returns>
    /// <inheritdoc cref="Bert.Forward"/>
    public (Tensor Start, Tensor End) Forward(Tensor ids, Tensor? attentionMask = null, Tensor? typeIds = null, Trace? trace = null)
    {
        Tensor scores = outputs.Forward(bert.Forward(ids, attentionMask, typeIds, trace)); // [B, T, 2]
        return (scores.Select(2, 0), scores.Select(2, 1));
    }

    /// <summary>The mean cross entropy of both ends; a position behind the text counts as none.</summary>
    public static Tensor Loss(Tensor start, Tensor end, Tensor startPositions, Tensor endPositions)
    {
        int length = start.Shape[1];
        return (start.CrossEntropy(startPositions.Clamp(0, length), ignoreIndex: length) + end.CrossEntropy(endPositions.Clamp(0, length), ignoreIndex: length)) / 2;
    }
}

/// <summary>The masked-language head: a layer, a norm, and the word vectors as output weights.</summary>
internal sealed class BertPredictionHead : Module
{
    private readonly Linear transform;
    private readonly LayerNorm norm;
    private readonly Tensor weight, bias;
    private readonly Func<Tensor, Tensor> activation;

    internal BertPredictionHead(ParamScope scope, BertConfig config, Tensor wordEmbeddings) : base(scope)
    {
        bias = scope.Parameter("bias", [config.VocabularySize], Initializers.Zeros);
        transform = new(scope / "transform" / "dense", config.HiddenSize, config.HiddenSize, initializer: config.Normal);
        norm = new(scope / "transform" / "LayerNorm", config.HiddenSize, config.Epsilon);
        activation = Heads.Activation(config.Activation);
        weight = (scope / "decoder").Tie("weight", wordEmbeddings);
        (scope / "decoder").Tie("bias", bias);
    }

    internal Tensor Forward(Tensor hidden) => norm.Forward(activation(transform.Forward(hidden))).Linear(weight, bias); // [B, T, vocabulary]
}
