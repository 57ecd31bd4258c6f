using System.Diagnostics;
using Baeum.Models;
using Baeum.Text;

namespace Baeum.Recipes;

/// <summary>Puts texts into classes: a folder is fine-tuned, or a small BERT with a vocabulary of its own begins from nothing.</summary>
public class ClassificationTask : RecipeTask
{
    private const int EvaluationBatchSize = 64, TimedTexts = 200;
    private readonly string separator, textColumn, labelColumn;
    private readonly int maxLength;
    private readonly bool isFromFolder, halfPrecision, testsEachTime;
    private readonly IReadOnlyList<string>? wantedLabels;
    private readonly double labelSmoothing;
    private readonly BertConfig? newModel;
    private Examples train = null!, validation = null!, test = null!;

    /// <summary>Reads the recipe.</summary>
    /// <exception cref="RecipeException">A key or value is wrong.</exception>
    public ClassificationTask(Recipe recipe, string dataFolder) : this(recipe, dataFolder, readsModel: true)
    {
    }

    private protected ClassificationTask(Recipe recipe, string dataFolder, bool readsModel) : base(recipe, dataFolder)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        foreach (string part in (string[])["train", "validation", "test"]) recipe.Data.Word(part);
        separator = recipe.Data.Word("separator", "\t");
        (textColumn, labelColumn) = (recipe.Data.Word("text", "text"), recipe.Data.Word("label", "label"));
        wantedLabels = recipe.Data.Has("labels") ? recipe.Data.Words("labels") : null;
        maxLength = recipe.Data.Int("max_length", 128, least: 3);
        halfPrecision = recipe.Model.Flag("half_precision", false);
        labelSmoothing = recipe.Optimizer.Number("label_smoothing", 0, most: 0.99);
        testsEachTime = recipe.Evaluation.Flag("test_each_time", false);
        if (!readsModel) return;
        isFromFolder = recipe.Model.Has("from");
        if (!isFromFolder) newModel = BertSizes.Read(recipe.Model);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Measures => ["validation.accuracy", "validation.macro_f1", "validation.loss"];

    private protected ClassifierModel Classifier { get; private set; } = null!;

    /// <inheritdoc/>
    public override int ExampleCount => train.Classes.Length;

    /// <inheritdoc/>
    public override int Length(int example) => train.Encodings[example].Count;

    /// <inheritdoc/>
    public override void Prepare(CancellationToken cancellation)
    {
        string[] paths = [DataFile("train"), DataFile("validation"), DataFile("test")];
        List<(string Text, string Label)>[] rows = [.. paths.Select(path => LabelledTexts.Rows(path, separator, textColumn, labelColumn))];
        IReadOnlyList<string> labels = wantedLabels ?? [.. rows[0].Select(row => row.Label).Distinct().Order(StringComparer.Ordinal)];
        LabelledTexts[] parts = [.. rows.Zip(paths, (some, path) => LabelledTexts.Of(some, labels, path))];
        Classifier = Build(labels, parts[0].Texts, cancellation);
        Model = Classifier.Model;
        Examples[] examples = [.. parts.Select(part => new Examples(Encode(part.Texts), [.. part.Classes.Select(number => (long)number)]))];
        (train, validation, test) = (examples[0], examples[1], examples[2]);
    }

    /// <inheritdoc/>
    public override Tensor Loss(int[] examples) => Classifier.Forward(Batch(examples)).CrossEntropy(Classes(examples), labelSmoothing: labelSmoothing);

    /// <inheritdoc/>
    public override IReadOnlyList<RecipeFigure> Evaluate(bool isFinal, CancellationToken cancellation) =>
    [
        .. Measure(Classifier.Forward, "validation", validation, cancellation),
        .. isFinal || testsEachTime ? Measure(Classifier.Forward, "test", test, cancellation) : [],
    ];

    /// <inheritdoc/>
    public override void Save(string folder) => Classifier.Save(folder, halfPrecision);

    private protected virtual ClassifierModel Build(IReadOnlyList<string> labels, IReadOnlyList<string> texts, CancellationToken cancellation)
    {
        var generator = new PhiloxRandom(Seed);
        if (isFromFolder)
        {
            string folder = ModelFolder("from");
            ClassifierModel loaded = ClassifierModel.Load(folder, labels, generator);
            CheckVocabulary(loaded.Tokenizer, ConfigFile.Read(folder).Int("vocab_size"), folder);
            return loaded;
        }
        var trainer = new TokenizerTrainer { Kind = TokenizerKind.WordPiece, VocabularySize = newModel!.VocabularySize, Lowercase = true };
        Tokenizer tokenizer = trainer.Train(texts, cancellation: cancellation);
        return ClassifierModel.Create(newModel with { VocabularySize = tokenizer.VocabularySize, Labels = labels }, tokenizer, generator);
    }

    /// <summary>The examples' texts as a batch.</summary>
    private protected TextBatch Batch(int[] examples) => TextBatch.Of([.. examples.Select(i => train.Encodings[i])], Classifier.PaddingId);

    /// <summary>The examples' classes.</summary>
    private protected Tensor Classes(int[] examples) => Tensor.From(Array.ConvertAll(examples, i => train.Classes[i]));

    /// <summary>The figures of another model with the same tokenizer on the test data.</summary>
    private protected List<RecipeFigure> MeasureTest(Func<TextBatch, Tensor> forward, string name, CancellationToken cancellation) => Measure(forward, name, test, cancellation);

    private IReadOnlyList<Encoding> Encode(IReadOnlyList<string> texts)
    {
        Tokenizer tokenizer = Classifier.Tokenizer;
        var (truncation, padding) = (tokenizer.Truncation, tokenizer.Padding);
        (tokenizer.Truncation, tokenizer.Padding) = (new TokenTruncation(maxLength), null);
        IReadOnlyList<Encoding> encodings = tokenizer.EncodeBatch(texts);
        (tokenizer.Truncation, tokenizer.Padding) = (truncation, padding);
        return encodings;
    }

    /// <summary>The median time of a test text by itself, in milliseconds.</summary>
    private protected double Latency(Func<TextBatch, Tensor> forward)
    {
        var times = new List<double>();
        foreach (Encoding text in test.Encodings.Take(TimedTexts))
        {
            using var step = TensorScope.Begin();
            TextBatch batch = TextBatch.Of([text], Classifier.PaddingId);
            long start = Stopwatch.GetTimestamp();
            forward(batch);
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }
        times.Sort();
        return times[times.Count / 2];
    }

    private List<RecipeFigure> Measure(Func<TextBatch, Tensor> forward, string name, Examples part, CancellationToken cancellation)
    {
        var predicted = new long[part.Classes.Length];
        double loss = 0;
        foreach (int[] rows in Enumerable.Range(0, predicted.Length).OrderBy(i => part.Encodings[i].Count).Chunk(EvaluationBatchSize))
        {
            cancellation.ThrowIfCancellationRequested();
            using var step = TensorScope.Begin();
            Tensor scores = forward(TextBatch.Of([.. rows.Select(i => part.Encodings[i])], Classifier.PaddingId)); // [B, classes]
            loss += scores.CrossEntropy(Tensor.From(Array.ConvertAll(rows, i => part.Classes[i]))).Item() * rows.Length;
            long[] best = scores.ArgMax(1).ToArray<long>();
            for (int i = 0; i < rows.Length; i++) predicted[rows[i]] = best[i];
        }
        ClassificationReport report = Metrics.Classification(part.Classes, predicted, Classifier.Labels.Count);
        return [new($"{name}.loss", loss / predicted.Length), new($"{name}.accuracy", report.Accuracy), new($"{name}.macro_f1", report.Macro.F1)];
    }

    private sealed record Examples(IReadOnlyList<Encoding> Encodings, long[] Classes);
}
