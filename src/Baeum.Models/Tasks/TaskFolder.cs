using System.Text.Json.Nodes;
using Baeum.Text;

namespace Baeum.Models;

/// <summary>A model folder opened for a task, once it is known to be one that can do it.</summary>
/// <param name="Path">The folder.</param>
/// <param name="Architecture">The class that transformers uses for it, such as <c>BertForMaskedLM</c>.</param>
/// <param name="Tokenizer">Its tokenizer.</param>
internal sealed record TaskFolder(string Path, string Architecture, Tokenizer Tokenizer)
{
    /// <summary>Opens a folder, or OWNER/NAME of the hub.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="task">What it is wanted for, for the message.</param>
    /// <param name="known">The architectures that can do it.</param>
    /// <exception cref="ModelException">It is no model folder, of another architecture, or its tokenizer is of another model.</exception>
    internal static TaskFolder Open(string folder, string task, IReadOnlyCollection<string> known)
    {
        folder = HubClient.Resolve(folder);
        ConfigFile config = ConfigFile.Read(folder);
        string? architecture = config.Fields["architectures"] is JsonArray { Count: > 0 } names && names[0] is JsonValue first && first.TryGetValue(out string? name) ? name : null;
        if (architecture is null) throw new ModelException($"{config.Source}: it does not say which architecture the model has; for {task} one of {string.Join(", ", known)} is known.");
        if (!known.Contains(architecture)) throw new ModelException($"{config.Source}: the architecture '{architecture}' is not known for {task}; known are {string.Join(", ", known)}.");
        var tokenizer = Tokenizer.FromPretrained(folder);
        CheckVocabulary(folder, tokenizer, config.Int("vocab_size"));
        return new(folder, architecture, tokenizer);
    }

    /// <summary>Refuses a tokenizer that has pieces for which the model has no vector; the other way round is usual, since embeddings are padded to round sizes.</summary>
    internal static void CheckVocabulary(string folder, Tokenizer tokenizer, int embeddingRows)
    {
        int pieces = tokenizer.Vocabulary().Values.DefaultIfEmpty(-1).Max() + 1;
        if (pieces > embeddingRows) throw new ModelException($"{folder}: the tokenizer has {pieces} pieces, the model vectors for {embeddingRows}; they do not belong together.");
    }

    /// <summary>Refuses texts of which nothing is left.</summary>
    internal static void CheckTexts(string operation, IReadOnlyList<string> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        if (texts.Count == 0) throw new ArgumentException($"{operation}: there is no text.", nameof(texts));
        for (int i = 0; i < texts.Count; i++)
        {
            if (string.IsNullOrWhiteSpace(texts[i])) throw new ArgumentException($"{operation}: text {i + 1} of {texts.Count} is empty.", nameof(texts));
        }
    }
}
