using System.Collections;
using System.Text;
using Baeum.Inference;
using Baeum.Models;
using Baeum.Text;

namespace Baeum.Recipes;

/// <summary>Teaches a GPT, from nothing, to go on with a text: windows drawn at random from its beginning, measured on the whole rest of it.</summary>
public sealed class LanguageModelTask : RecipeTask
{
    private const int EvaluationTokens = 2048;
    private static readonly GenerationOptions Writing = new() { MaxNewTokens = 400, Sample = true, Temperature = 0.8, TopK = 20, Generator = new PhiloxRandom(1) };
    private readonly Gpt2Config config;
    private readonly double heldOut;
    private readonly bool halfPrecision;
    private readonly int vocabulary;
    private Tokenizer tokenizer = null!;
    private Gpt2LMHeadModel model = null!;
    private long[] train = [], validation = [];

    /// <summary>Reads the recipe.</summary>
    /// <exception cref="RecipeException">A key or value is wrong.</exception>
    public LanguageModelTask(Recipe recipe, string dataFolder) : base(recipe, dataFolder)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        recipe.Data.Word("text");
        heldOut = recipe.Data.Number("held_out", 0.1, least: 1e-4, most: 0.9);
        vocabulary = recipe.Data.Word("tokenizer", "characters", ["characters", "byte_bpe"]) == "byte_bpe" ? recipe.Data.Int("vocabulary", least: 257) : 0;
        halfPrecision = recipe.Model.Flag("half_precision", false);
        RecipeSection sizes = recipe.Model;
        double dropout = sizes.Number("dropout", 0.1, most: 0.99);
        int positions = sizes.Int("positions", least: 2), hidden = sizes.Int("hidden_size"), heads = sizes.Int("heads");
        if (hidden % heads != 0) throw sizes.Error("heads", FormattableString.Invariant($"{heads} do not divide hidden_size, which is {hidden}."));
        config = new Gpt2Config(0, positions, hidden, sizes.Int("layers"), heads, sizes.Has("intermediate_size") ? sizes.Int("intermediate_size") : null,
            sizes.Word("activation", "gelu_new", ["gelu", "gelu_new", "relu"]), dropout, dropout, HasBiases: sizes.Flag("biases", true), TiesOutput: sizes.Flag("tied_output", true));
        if (recipe.Optimizer.Flag("group_by_length", false)) throw recipe.Optimizer.Error("group_by_length", "all windows of a text are of the same length; leave it out.");
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Measures => ["validation.loss"];

    /// <summary>Windows that do not overlap.</summary>
    public override int ExampleCount => Math.Max(1, train.Length / config.PositionCount);

    /// <inheritdoc/>
    public override void Prepare(CancellationToken cancellation)
    {
        string path = DataFile("text"), text = Read(path);
        tokenizer = vocabulary == 0
            ? Tokenizer.FromCharacters(text)
            : new TokenizerTrainer { Kind = TokenizerKind.ByteBpe, VocabularySize = vocabulary }.Train(text[..(int)((1 - heldOut) * text.Length)].Split('\n').Select(line => line + "\n"), cancellation: cancellation);
        long[] ids = Array.ConvertAll(tokenizer.EncodeToIds(text, addSpecialTokens: false), id => (long)id);
        int cut = (int)((1 - heldOut) * ids.Length);
        (train, validation) = (ids[..cut], ids[cut..]);
        if (Math.Min(train.Length, validation.Length) <= config.PositionCount)
            throw Recipe.Data.Error("text", FormattableString.Invariant($"{path} gives {train.Length} pieces to learn and {validation.Length} to measure; each must be more than the {config.PositionCount} positions of a window."));
        Model = model = new Gpt2LMHeadModel(ParamScope.Random(new PhiloxRandom(Seed)), config with { VocabularySize = tokenizer.VocabularySize });
    }

    /// <summary>Where windows begin, drawn with replacement.</summary>
    public override IReadOnlyCollection<int[]> Batches(int batchSize, bool groupByLength, RandomGenerator order) => new Windows(train.Length - config.PositionCount, ExampleCount, batchSize, order);

    /// <inheritdoc/>
    public override Tensor Loss(int[] examples)
    {
        ArgumentNullException.ThrowIfNull(examples);
        return Loss(train, examples, LossReduction.Mean);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<RecipeFigure> Evaluate(bool isFinal, CancellationToken cancellation)
    {
        int[] starts = [.. Enumerable.Range(0, (validation.Length - 1) / config.PositionCount).Select(window => window * config.PositionCount)];
        double sum = 0;
        foreach (int[] part in starts.Chunk(Math.Max(1, EvaluationTokens / config.PositionCount)))
        {
            cancellation.ThrowIfCancellationRequested();
            using var step = TensorScope.Begin();
            sum += Loss(validation, part, LossReduction.Sum).Item();
        }
        return [new("validation.loss", sum / (starts.Length * config.PositionCount))];
    }

    /// <inheritdoc/>
    public override void Save(string folder)
    {
        model.Save(folder, tokenizer, halfPrecision);
        GenerationConfig.Save(folder, Writing);
    }

    /// <summary>The loss of the pieces that follow those of each window.</summary>
    private Tensor Loss(long[] ids, int[] starts, LossReduction reduction)
    {
        int length = config.PositionCount;
        var x = new long[starts.Length * length];
        var y = new long[starts.Length * length];
        for (int row = 0; row < starts.Length; row++)
        {
            ids.AsSpan(starts[row], length).CopyTo(x.AsSpan(row * length));
            ids.AsSpan(starts[row] + 1, length).CopyTo(y.AsSpan(row * length));
        }
        Tensor scores = model.Forward(Tensor.Wrap(x, [starts.Length, length])).Flatten(0, 1);  // [B · T, vocabulary]
        return scores.CrossEntropy(Tensor.Wrap(y, [y.Length]), reduction: reduction);
    }

    private static string Read(string path)
    {
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(File.ReadAllBytes(path)).ReplaceLineEndings("\n");
        }
        catch (DecoderFallbackException)
        {
            throw new RecipeException($"{path} is not a text in UTF-8.");
        }
    }

    private sealed class Windows(int places, int windows, int batchSize, RandomGenerator order) : IReadOnlyCollection<int[]>
    {
        public int Count => (windows + batchSize - 1) / batchSize;

        public IEnumerator<int[]> GetEnumerator()
        {
            for (int batch = 0; batch < Count; batch++) yield return [.. Enumerable.Range(0, batchSize).Select(_ => (int)order.NextInteger(0, places))];
        }

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
