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
