using System.Text.Json;

namespace Baeum.Cli.Verify;

/// <summary>The books that Baeum knows, by what they are about.</summary>
internal static class Families
{
    // a family turns a case into its comparison, or into null when it does not know the kind
    private static readonly Dictionary<string, Func<GoldenCase, Func<Outcome>?>> Known = new(StringComparer.Ordinal)
    {
        ["classic"] = ClassicCases.Check,
        ["layers"] = LayerCases.Check,
        ["losses"] = LossCases.Check,
        ["ops"] = OpCases.Check,
        ["optim"] = OptimizerCases.Check,
        ["random"] = RandomCases.Check,
        ["training"] = TrainingCases.Check,
    };

    /// <summary>The comparisons of a book; null when it is not known yet.</summary>
    /// <exception cref="InvalidDataException">The book is not laid out as a book.</exception>
    internal static IEnumerable<Comparison>? Of(Book book)
    {
        string folder = Path.GetDirectoryName(book.Path)!;
        // an adapter's folder holds a model too, but its figures are those of both together
        if (File.Exists(Path.Combine(folder, "config.json")))
            return !ModelSubject.IsKnown(folder) ? null : Directory.Exists(Path.Combine(folder, "adapter")) ? LoraCases.Of(book, folder) : ModelCases.Of(book, folder);
        Known.TryGetValue(book.Subject, out Func<GoldenCase, Func<Outcome>?>? family);
        bool tokenizers = book.Name.Split('/').Contains("tokenizers");
        bool sentences = !tokenizers && Path.GetFileName(book.Path).EndsWith(".golden.json", StringComparison.Ordinal);
        if (family is null && book.Subject != "metrics" && !tokenizers && !sentences)
            return null;
        using var json = JsonDocument.Parse(File.ReadAllBytes(book.Path));
        JsonElement root = json.RootElement.Clone();
        if (sentences)
            return SentenceCases.Of(book, root);
        if (tokenizers)
            return TokenizerCases.Of(book, root);
        if (family is null)
            return MetricCases.Of(book, root);
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("cases", out JsonElement cases) || cases.ValueKind != JsonValueKind.Array)
            throw new InvalidDataException("it has no list 'cases'");
        SafetensorsFile? tensors = File.Exists(book.TensorPath) ? SafetensorsFile.Open(book.TensorPath) : null;
        return cases.EnumerateArray().Select(entry =>
        {
            if (entry.ValueKind != JsonValueKind.Object || !entry.TryGetProperty("name", out JsonElement name) || !entry.TryGetProperty("kind", out _) || !entry.TryGetProperty("args", out _))
                throw new InvalidDataException("a case lacks its name, kind or args");
            var golden = new GoldenCase($"{book.Name}/{name.GetString()}", book.Path, entry, tensors);
            return new Comparison(golden.Name, family(golden));
        });
    }
}
