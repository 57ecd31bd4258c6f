using System.Text.Json;
using System.Text.Json.Nodes;
using Baeum.Text;

namespace Baeum.Models;

/// <summary>How the vectors of a text's pieces become one.</summary>
public enum Pooling
{
    /// <summary>Their mean.</summary>
    Mean,

    /// <summary>The first piece's.</summary>
    First,

    /// <summary>The greatest number of each feature.</summary>
    Max,

    /// <summary>Their sum by the root of their number.</summary>
    MeanByRoot,
}

/// <summary>
/// Turns texts into vectors whose cosine says how alike they are (Reimers and Gurevych, 2019): a BERT, its pieces pooled, the vector
/// normalised; read from a folder of sentence-transformers.
/// </summary>
public sealed class SentenceEncoder
{
    private static readonly string[] Known = ["BertModel", nameof(BertForPreTraining), nameof(BertForMaskedLM), nameof(BertForSequenceClassification)];

    private readonly Bert bert;
    private readonly Tokenizer tokenizer;
    private readonly Pooling pooling;
    private readonly bool normalizes;

    private SentenceEncoder(Bert bert, Tokenizer tokenizer, Pooling pooling, bool normalizes, int maxLength) =>
        (this.bert, this.tokenizer, this.pooling, this.normalizes, MaxLength) = (bert, tokenizer, pooling, normalizes, maxLength);

    /// <summary>The model's tokenizer.</summary>
    public Tokenizer Tokenizer => tokenizer;

    /// <summary>Texts are cut to so many pieces.</summary>
    public int MaxLength { get; }

    /// <summary>Features of a vector.</summary>
    public int Size => bert.Config.HiddenSize;

    /// <summary>Loads a folder: the encoder, its tokenizer, and what <c>modules.json</c> says of pooling; a mean where it says nothing.</summary>
    /// <exception cref="ModelException">A part is missing or not known.</exception>
    /// <exception cref="CheckpointException">The weights do not fit.</exception>
    public static SentenceEncoder FromPretrained(string folder)
    {
        (folder, _, Tokenizer tokenizer) = TaskFolder.Open(folder, "embedding", Known);
        var bert = Bert.FromPretrained(folder);
        var (pooling, normalizes) = (Pooling.Mean, false);
        foreach (string module in Modules(folder))
        {
            string name = module[(module.LastIndexOf('.') + 1)..];
            if (name == "Normalize") normalizes = true;
            else if (name == "Pooling") pooling = ReadPooling(folder);
            else if (name != "Transformer") throw new ModelException($"{folder}: modules.json asks for '{module}'; known are Transformer, Pooling and Normalize.");
        }
        int maxLength = File.Exists(Path.Combine(folder, "sentence_bert_config.json")) ? ConfigFile.Read(folder, "sentence_bert_config.json").Int("max_seq_length", bert.Config.PositionCount) : bert.Config.PositionCount;
        return new(bert, tokenizer, pooling, normalizes, Math.Min(maxLength, bert.Config.PositionCount));
    }

    /// <summary>Encodes texts.</summary>
    /// <param name="texts">At least one; an empty text has a vector too.</param>
    /// <param name="batchSize">How many are computed together; alike long ones go together.</param>
    /// <returns>Float32 [texts, features].</returns>
    public Tensor Encode(IReadOnlyList<string> texts, int batchSize = 32)
    {
        ArgumentNullException.ThrowIfNull(texts);
        if (texts.Count == 0) throw new ArgumentException("SentenceEncoder.Encode: there is no text.", nameof(texts));
        using var quiet = Autograd.NoGrad();
        var vectors = new float[texts.Count * Size];
        foreach (int[] rows in Enumerable.Range(0, texts.Count).OrderBy(row => texts[row].Length).Chunk(Math.Max(1, batchSize)))
        {
            using var step = TensorScope.Begin();
            float[] some = Encode(TextBatch.Of(tokenizer, [.. rows.Select(row => texts[row])], MaxLength)).ToArray<float>();
            for (int i = 0; i < rows.Length; i++) some.AsSpan(i * Size, Size).CopyTo(vectors.AsSpan(rows[i] * Size));
        }
        return Tensor.From(vectors).Reshape(texts.Count, Size);
    }

    private Tensor Encode(TextBatch batch)
    {
        Tensor hidden = bert.Forward(batch.Ids, batch.AttentionMask, batch.TypeIds);    // [B, T, C]
        Tensor seen = batch.AttentionMask.To(DType.Float32).Unsqueeze(-1);              // [B, T, 1]
        Tensor vector = pooling switch
        {
            Pooling.First => hidden.Select(1, 0),
            Pooling.Max => hidden.MaskedFill(seen.Eq(0), double.NegativeInfinity).AMax(1),
            Pooling.MeanByRoot => (hidden * seen).Sum(1) / seen.Sum(1).Sqrt(),
            _ => (hidden * seen).Sum(1) / seen.Sum(1),
        };
        return normalizes ? vector / vector.Square().Sum(-1, keepDim: true).Sqrt().Clamp(min: 1e-12) : vector;
    }

    private static IEnumerable<string> Modules(string folder)
    {
        string path = Path.Combine(folder, "modules.json");
        if (!File.Exists(path)) return [];
        try
        {
            return JsonNode.Parse(File.ReadAllBytes(path)) is JsonArray list
                ? [.. list.Select(module => module?["type"]?.GetValue<string>() ?? "")]
                : throw new ModelException($"{path}: it is not a list of modules.");
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw new ModelException($"{path}: it cannot be read: {error.Message}", error);
        }
    }

    private static Pooling ReadPooling(string folder)
    {
        ConfigFile config = ConfigFile.Read(Path.Combine(folder, "1_Pooling"));
        (string Field, Pooling Kind)[] kinds = [("pooling_mode_mean_tokens", Pooling.Mean), ("pooling_mode_cls_token", Pooling.First), ("pooling_mode_max_tokens", Pooling.Max), ("pooling_mode_mean_sqrt_len_tokens", Pooling.MeanByRoot)];
        Pooling[] chosen = [.. kinds.Where(kind => config.Flag(kind.Field, false)).Select(kind => kind.Kind)];
        return chosen.Length == 1 ? chosen[0] : throw new ModelException($"{config.Source}: {chosen.Length} ways of pooling are on; exactly one of {string.Join(", ", kinds.Select(kind => kind.Field))} must be.");
    }
}
