using Baeum.Models;
using Baeum.Text;

namespace Baeum.Recipes;

/// <summary>
/// A small BERT learns from a large one what it says of each class, not only which is right (Hinton and others, 2015), and to see pieces as it
/// does (Sanh and others, 2019). It begins as every other layer of its teacher.
/// </summary>
/// <remarks>
/// loss = soft · T² · KL(teacher/T ‖ student/T) + hard · cross entropy + cosine · (1 - cos(student's, teacher's last hidden states)). What the
/// teacher says is computed once: it does not change.
/// </remarks>
public sealed class DistillationTask : ClassificationTask
{
    private const int TeachingBatchSize = 64;
    private const double Megabyte = 1e6;
    private readonly int layerCount;
    private readonly double temperature, softWeight, hardWeight, cosineWeight;
    private BertForSequenceClassification teacher = null!, student = null!;
    private float[][] taughtScores = [];
    private Half[][] taughtHidden = [];

    /// <summary>Reads the recipe.</summary>
    /// <exception cref="RecipeException">A key or value is wrong.</exception>
    public DistillationTask(Recipe recipe, string dataFolder) : base(recipe, dataFolder, readsModel: false)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        recipe.Model.Word("teacher");
        layerCount = recipe.Model.Int("layers");
        temperature = recipe.Task.Number("temperature", 2, least: 0.1);
        (softWeight, hardWeight, cosineWeight) = (recipe.Task.Number("soft", 1), recipe.Task.Number("hard", 0.5), recipe.Task.Number("cosine", 1));
    }

    /// <inheritdoc/>
    public override void Prepare(CancellationToken cancellation)
    {
        base.Prepare(cancellation);
        using var quiet = Autograd.NoGrad();
        taughtScores = new float[ExampleCount][];
        taughtHidden = new Half[ExampleCount][];
        foreach (int[] examples in Enumerable.Range(0, ExampleCount).OrderBy(Length).Chunk(TeachingBatchSize))
        {
            cancellation.ThrowIfCancellationRequested();
            using var step = TensorScope.Begin();
            TextBatch batch = Batch(examples);
            var trace = new Trace();
            float[] scores = teacher.Forward(batch.Ids, batch.AttentionMask, batch.TypeIds, trace).ToArray<float>(); // [B, classes]
            float[] hidden = trace.HiddenStates[^1].ToArray<float>();                                                // [B, T, C]
            int classes = scores.Length / examples.Length, stride = hidden.Length / examples.Length;
            for (int row = 0; row < examples.Length; row++)
            {
                taughtScores[examples[row]] = scores[(row * classes)..((row + 1) * classes)];
                taughtHidden[examples[row]] = Array.ConvertAll(hidden[(row * stride)..(row * stride + Length(examples[row]) * Features)], value => (Half)value);
            }
        }
    }

    private int Features => ((BertConfig)teacher.Config).HiddenSize;

    /// <inheritdoc/>
    public override Tensor Loss(int[] examples)
    {
        TextBatch batch = Batch(examples);
        var trace = new Trace();
        Tensor scores = student.Forward(batch.Ids, batch.AttentionMask, batch.TypeIds, trace);                      // [B, classes]
        Tensor hidden = trace.HiddenStates[^1];                                                                     // [B, T, C]

        Tensor taught = (Tensor.From(examples.SelectMany(i => taughtScores[i]).ToArray()).Reshape(scores.Shape) / temperature).LogSoftmax(1);
        Tensor soft = (taught.Exp() * (taught - (scores / temperature).LogSoftmax(1))).Sum(1).Mean() * (temperature * temperature);
        Tensor hard = scores.CrossEntropy(Classes(examples));
        Tensor seen = batch.AttentionMask.To(DType.Float32);                                                        // [B, T]
        Tensor cosine = (hidden.CosineSimilarity(TaughtHidden(examples, hidden.Shape), 2) * seen).Sum() / seen.Sum();
        return soft * softWeight + hard * hardWeight + (1 - cosine) * cosineWeight;
    }

    /// <inheritdoc/>
    public override IReadOnlyList<RecipeFigure> Evaluate(bool isFinal, CancellationToken cancellation)
    {
        IReadOnlyList<RecipeFigure> figures = base.Evaluate(isFinal, cancellation);
        if (!isFinal) return figures;
        List<RecipeFigure> taught = MeasureTest(Teach, "teacher", cancellation);
        double Accuracy(IEnumerable<RecipeFigure> some, string name) => some.First(figure => figure.Name == name).Value;
        double own = Accuracy(figures, "test.accuracy"), teachers = Accuracy(taught, "teacher.accuracy");
        return
        [
            .. figures,
            .. taught,
            new("student.share_of_accuracy", own / teachers),
            new("student.share_of_encoder", (double)EncoderParameters(student) / EncoderParameters(teacher)),
            new("teacher.megabytes", teacher.ParameterCount() * sizeof(float) / Megabyte),
            new("student.megabytes", student.ParameterCount() * sizeof(float) / Megabyte),
            new("teacher.milliseconds", Latency(Teach)),
            new("student.milliseconds", Latency(Classifier.Forward)),
            .. MeasureInt8(cancellation),
        ];
    }

    /// <inheritdoc/>
    public override void Save(string folder)
    {
        base.Save(folder);
        Int8Weights.Save(Path.Combine(folder, "model.int8.safetensors"), student);
    }

    private protected override ClassifierModel Build(IReadOnlyList<string> labels, IReadOnlyList<string> texts, CancellationToken cancellation)
    {
        string folder = ModelFolder("teacher");
        ConfigFile file = ConfigFile.Read(folder);
        if (file.Word("model_type") != "bert") throw Recipe.Model.Error("teacher", $"{folder} is a model of the type '{file.Word("model_type")}'; a teacher must be a bert with a classifier.");
        teacher = BertForSequenceClassification.FromPretrained(folder);
        if (!teacher.Config.Labels.SequenceEqual(labels)) throw Recipe.Model.Error("teacher", $"{folder} has the classes {string.Join(", ", teacher.Config.Labels)}, the data {string.Join(", ", labels)}; fine-tune it on them first.");
        var config = (BertConfig)teacher.Config;
        if (layerCount > config.LayerCount) throw Recipe.Model.Error("layers", $"{layerCount} are more than the teacher's {config.LayerCount}.");
        Tokenizer tokenizer = Tokenizer.FromPretrained(folder);
        CheckVocabulary(tokenizer, config.VocabularySize, folder);
        student = new BertForSequenceClassification(ParamScope.FromStateDict(StudentWeights(teacher, config.LayerCount, layerCount), generator: new PhiloxRandom(Seed)), config with { LayerCount = layerCount });
        return new(student, tokenizer, batch => student.Forward(batch.Ids, batch.AttentionMask, batch.TypeIds));
    }

    /// <summary>The teacher's weights with layers at even distances, the first among them, under the numbers of the student's.</summary>
    private static Dictionary<string, Tensor> StudentWeights(BertForSequenceClassification teacher, int teacherLayers, int studentLayers)
    {
        const string Layer = "bert.encoder.layer.";
        var weights = new Dictionary<string, Tensor>();
        foreach (var (name, value) in teacher.StateDict())
        {
            if (!name.StartsWith(Layer, StringComparison.Ordinal))
            {
                weights[name] = value;
                continue;
            }
            string rest = name[name.IndexOf('.', Layer.Length)..];
            for (int layer = 0; layer < studentLayers; layer++)
            {
                if (name == FormattableString.Invariant($"{Layer}{layer * teacherLayers / studentLayers}{rest}")) weights[FormattableString.Invariant($"{Layer}{layer}{rest}")] = value;
            }
        }
        return weights;
    }

    private static long EncoderParameters(Module model) => model.NamedParameters().Where(entry => entry.Name.Contains(".encoder.", StringComparison.Ordinal)).Sum(entry => (long)entry.Value.Count);

    private Tensor Teach(TextBatch batch) => teacher.Forward(batch.Ids, batch.AttentionMask, batch.TypeIds);

    private Tensor TaughtHidden(int[] examples, Shape shape)
    {
        var values = new float[shape.Count];
        int stride = shape[1] * shape[2];
        for (int row = 0; row < examples.Length; row++)
        {
            Half[] own = taughtHidden[examples[row]];
            for (int i = 0; i < own.Length; i++) values[row * stride + i] = (float)own[i];
        }
        return Tensor.From(values).Reshape(shape);
    }

    /// <summary>The student with weights of eight bits: what it still gets right, and how large it is.</summary>
    private List<RecipeFigure> MeasureInt8(CancellationToken cancellation)
    {
        string file = Path.GetTempFileName();
        Dictionary<string, Tensor> exact = student.StateDict().ToDictionary(entry => entry.Key, entry => entry.Value.Clone());
        try
        {
            Int8Weights.Save(file, student);
            student.LoadStateDict(Int8Weights.Load(file));
            return [.. MeasureTest(Classifier.Forward, "int8", cancellation), new("int8.megabytes", new FileInfo(file).Length / Megabyte)];
        }
        finally
        {
            student.LoadStateDict(exact);
            File.Delete(file);
        }
    }
}
