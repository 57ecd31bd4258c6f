using System.IO.Compression;
using Baeum.Kernels;
using Baeum.Text;

namespace Baeum.Cli.Bench;

/// <summary>Text to ids with real vocabularies: English (tinyshakespeare by line) and Korean (30,000 film reviews), from the data folder beside the repository.</summary>
internal static class TokenizerWorkloads
{
    private const int Reviews = 30_000;
    private const string EnglishFile = "text/tinyshakespeare.txt", KoreanFile = "korean/nsmc_rebuilt.test.tsv.gz";

    private static readonly string Data = FindData();
    private static readonly Lazy<string[]> English = new(() => [.. File.ReadLines(At(EnglishFile)).Where(line => line.Length > 0)]);
    private static readonly Lazy<string[]> Korean = new(ReadReviews);

    internal static IEnumerable<Workload> All
    {
        get
        {
            foreach ((string name, string file) in ((string, string)[])
                [
                    ("gpt2", "gpt2.encoder.json"), ("bert", "bert-base-uncased.vocab.txt"), ("kcbert", "kcbert.vocab.txt"), ("phi3", "phi3_llama2bpe.tokenizer.json"),
                    ("llama2", "llama2.tokenizer.model"), ("ke-t5", "ke-t5.sentencepiece.model"),
                ])
            {
                yield return On($"tokenize_{name}_english", $"tokenizers/{file}", EnglishFile, English);
                yield return On($"tokenize_{name}_korean", $"tokenizers/{file}", KoreanFile, Korean);
            }
        }
    }

    private static Workload On(string name, string file, string textFile, Lazy<string[]> texts) => new(name, () =>
    {
        Tokenizer tokenizer = Open(At(file));
        string[] lines = texts.Value;
        return () => tokenizer.EncodeToIdsBatch(lines, addSpecialTokens: false, Threads.Count);
    }, Characters: () => texts.Value.Sum(text => text.Length), Missing: ((string[])[file, textFile]).Select(At).FirstOrDefault(path => !File.Exists(path)), Warm: 2);

    private static Tokenizer Open(string path)
    {
        if (path.EndsWith("gpt2.encoder.json", StringComparison.Ordinal))
            return Tokenizer.FromBpeVocabulary(path, At("tokenizers/gpt2.vocab.bpe"));
        return path.EndsWith("kcbert.vocab.txt", StringComparison.Ordinal) ? Tokenizer.FromWordPieceVocabulary(path, lowercase: false) : Tokenizer.FromFile(path);
    }

    private static string[] ReadReviews()
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(At(KoreanFile)), CompressionMode.Decompress));
        var reviews = new List<string>(Reviews);
        reader.ReadLine();
        while (reviews.Count < Reviews && reader.ReadLine() is string line)
        {
            if (line.Split('\t') is [_, string review, ..])
                reviews.Add(review);
        }
        return [.. reviews];
    }

    internal static string At(string relative) => Path.Combine([Data, .. relative.Split('/')]);

    private static string FindData()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Baeum.slnx")))
            folder = folder.Parent;
        return Path.GetFullPath(Path.Combine(folder?.FullName ?? ".", "..", "shared", "data"));
    }
}
