using System.Text.Json;
using System.Text.Json.Nodes;
using Baeum.Models;

namespace Baeum.Inference;

/// <summary>What a model folder says about generating: <c>generation_config.json</c>, and where it lacks a field <c>config.json</c>.</summary>
public static class GenerationConfig
{
    private const string FileName = "generation_config.json";

    /// <summary>The options that a folder asks for.</summary>
    /// <exception cref="ModelException">A file cannot be read or holds nonsense.</exception>
    public static GenerationOptions Read(string folder)
    {
        ConfigFile file = Open(folder), config = ConfigFile.Read(folder);
        var ends = EndIds(folder);
        ConfigFile padding = file.Has("pad_token_id") || !config.Has("pad_token_id") ? file : config;
        var early = file.Fields["early_stopping"];
        return new GenerationOptions
        {
            MaxNewTokens = Math.Max(1, file.Int("max_new_tokens", 20)),
            MinNewTokens = file.Int("min_new_tokens", 0),
            EndIds = ends,
            PaddingId = padding.Int("pad_token_id", ends.Count > 0 ? ends[0] : 0),
            BeamCount = Math.Max(1, file.Int("num_beams", 1)),
            LengthPenalty = file.Number("length_penalty", 1),
            EarlyStopping = early?.GetValueKind() switch { JsonValueKind.True => BeamStopping.WhenFull, JsonValueKind.String => BeamStopping.Never, _ => BeamStopping.WhenNoBetter },
            NoRepeatNgramSize = file.Int("no_repeat_ngram_size", 0),
            RepetitionPenalty = file.Number("repetition_penalty", 1),
            Sample = file.Flag("do_sample", false),
            Temperature = file.Number("temperature", 1),
            TopK = file.Int("top_k", file.Flag("do_sample", false) ? 50 : 0),
            TopP = file.Number("top_p", 1),
            MinP = file.Number("min_p", 0),
        };
    }

    /// <summary>Writes <c>generation_config.json</c> into a model folder, so that whoever loads it generates in this way; the piece that a decoder starts with is taken from the folder's <c>config.json</c>.</summary>
    /// <exception cref="ArgumentException">An option makes no sense.</exception>
    /// <exception cref="ModelException">The folder has no configuration.</exception>
    public static void Save(string folder, GenerationOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        ConfigFile config = ConfigFile.Read(folder);
        var fields = new JsonObject { ["max_new_tokens"] = options.MaxNewTokens, ["pad_token_id"] = options.PaddingId };
        foreach (string id in (string[])["bos_token_id", "decoder_start_token_id"])
        {
            if (config.Has(id)) fields[id] = config.Int(id);
        }
        if (options.EndIds.Count > 0) fields["eos_token_id"] = options.EndIds.Count == 1 ? options.EndIds[0] : new JsonArray([.. options.EndIds.Select(id => (JsonNode)id)]);
        if (options.MinNewTokens > 0) fields["min_new_tokens"] = options.MinNewTokens;
        if (options.NoRepeatNgramSize > 0) fields["no_repeat_ngram_size"] = options.NoRepeatNgramSize;
        if (options.RepetitionPenalty != 1) fields["repetition_penalty"] = options.RepetitionPenalty;
        if (options.BeamCount > 1)
        {
            fields["num_beams"] = options.BeamCount;
            fields["length_penalty"] = options.LengthPenalty;
            fields["early_stopping"] = options.EarlyStopping switch { BeamStopping.WhenFull => true, BeamStopping.Never => "never", _ => false };
        }
        // transformers warns of values that only sampling reads
        if (options.Sample)
        {
            fields["do_sample"] = true;
            fields["temperature"] = options.Temperature;
            fields["top_k"] = options.TopK;
            fields["top_p"] = options.TopP;
            if (options.MinP > 0) fields["min_p"] = options.MinP;
        }
        new ConfigFile(fields).Save(folder, FileName);
    }

    /// <summary>The pieces that end a text: one number or a list.</summary>
    internal static IReadOnlyList<int> EndIds(string folder)
    {
        ConfigFile file = Open(folder);
        if (!file.Has("eos_token_id")) file = ConfigFile.Read(folder);
        if (!file.Has("eos_token_id")) return [];
        if (file.Fields["eos_token_id"] is not JsonArray list) return [file.Int("eos_token_id")];
        return [.. list.Select(node => node is JsonValue value && value.TryGetValue(out int id) ? id : throw new ModelException($"{file.Source}: eos_token_id holds {node?.ToJsonString()}, which is no id."))];
    }

    private static ConfigFile Open(string folder) => File.Exists(Path.Combine(folder, FileName)) ? ConfigFile.Read(folder, FileName) : new ConfigFile([]);
}
