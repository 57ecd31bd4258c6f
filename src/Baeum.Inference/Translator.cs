using Baeum.Models;
using Baeum.Text;

namespace Baeum.Inference;

/// <summary>Translates texts by a T5 with its tokenizer.</summary>
public sealed class Translator
{
    // as many rows as fill a core's caches; a search has several for each text
    private const int RowsAtOnce = 64;
    private readonly int endId;

    /// <summary>A translator.</summary>
    /// <param name="model">The model.</param>
    /// <param name="tokenizer">Of both languages.</param>
    public Translator(T5ForConditionalGeneration model, Tokenizer tokenizer)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(tokenizer);
        if (tokenizer.VocabularySize > model.Sizes.VocabularySize)
            throw new ModelException($"Translator: the tokenizer has {tokenizer.VocabularySize} pieces, but the model has vectors for {model.Sizes.VocabularySize}; they do not belong together.");
        (Model, Tokenizer, endId) = (model, tokenizer, model.Sizes.EndId);
        Options = new() { EndIds = [endId], PaddingId = model.Sizes.PaddingId };
    }

    /// <summary>The model.</summary>
    public T5ForConditionalGeneration Model { get; }

    /// <summary>Its tokenizer.</summary>
    public Tokenizer Tokenizer { get; }

    /// <summary>How it generates; the most new pieces are set for each batch by the length of its texts.</summary>
    public GenerationOptions Options { get; init; }

    /// <summary>The most pieces of a text; longer ones are cut. The model knows far distances only as one class, so far more than it was trained with is of little use.</summary>
    public int MaxLength { get; init; } = 128;

    /// <summary>Loads a folder with its <c>generation_config.json</c>.</summary>
    /// <exception cref="ModelException">The folder holds no T5, or its files do not belong together.</exception>
    public static Translator FromPretrained(string folder)
    {
        ConfigFile config = ConfigFile.Read(folder);
        if (config.Word("model_type", "?") is var family and not "t5") throw new ModelException($"{folder}: a model of the type '{family}' cannot translate here; t5 can.");
        return new(T5ForConditionalGeneration.FromPretrained(folder), Tokenizer.FromPretrained(folder)) { Options = GenerationConfig.Read(folder) };
    }

    /// <summary>How many of the texts are longer than <see cref="MaxLength"/>.</summary>
    public int CountCut(IReadOnlyList<string> texts) => Encode(texts).Count(ids => ids.Length > MaxLength);

    /// <summary>Translates texts.</summary>
    /// <param name="texts">The texts.</param>
    /// <param name="beamCount">Beams; 1: greedy; null: as <see cref="Options"/> say.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>As many texts, in the same order.</returns>
    public IReadOnlyList<string> Translate(IReadOnlyList<string> texts, int? beamCount = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        int beams = beamCount ?? Options.BeamCount;
        int[][] sources = [.. Encode(texts).Select(ids => ids.Length > MaxLength ? [.. ids[..(MaxLength - 1)], endId] : ids)];
        var translations = new string[texts.Count];
        foreach (int[] rows in Enumerable.Range(0, texts.Count).OrderByDescending(row => sources[row].Length).Chunk(Math.Max(1, RowsAtOnce / beams)))
        {
            cancellation.ThrowIfCancellationRequested();
            using var batch = TensorScope.Begin();
            Tensor ids = LabelPadding.Pad([.. rows.Select(row => sources[row])], Model.Sizes.PaddingId);
            Tensor mask = LabelPadding.Pad([.. rows.Select(row => Array.ConvertAll(sources[row], _ => 1))], 0);
            Tensor answers = TextGenerator.Generate(Model, ids, mask, Options with { BeamCount = beams, MaxNewTokens = 10 + ids.Shape[1] * 3 / 2 });
            long[][] found = [.. answers.ToArray<long>().Chunk(answers.Shape[1])];
            for (int i = 0; i < rows.Length; i++) translations[rows[i]] = Tokenizer.Decode(found[i].Select(id => (int)id).Where(id => id != Model.Sizes.StartId && id != endId && id != Model.Sizes.PaddingId)).Trim();
        }
        return translations;
    }

    /// <summary>The pieces of texts, each with the end mark, whole.</summary>
    internal int[][] Encode(IReadOnlyList<string> texts)
    {
        var (truncation, padding) = (Tokenizer.Truncation, Tokenizer.Padding);
        (Tokenizer.Truncation, Tokenizer.Padding) = (null, null);
        int[][] rows = Tokenizer.EncodeToIdsBatch(texts);
        (Tokenizer.Truncation, Tokenizer.Padding) = (truncation, padding);
        // vocabularies without a template of their own give no end mark
        return [.. rows.Select(ids => ids is [.., var last] && last == endId ? ids : [.. ids, endId])];
    }
}
