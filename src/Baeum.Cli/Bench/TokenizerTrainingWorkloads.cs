using System.IO.Compression;
using System.Text;
using Baeum.Kernels;
using Baeum.Text;

namespace Baeum.Cli.Bench;

/// <summary>Training byte-level BPE on 10 MB of English and on 13 MB of Korean, from the data folder beside the repository.</summary>
internal static class TokenizerTrainingWorkloads
{
    private static readonly string[] EnglishFiles = ["text/tinyshakespeare.txt", "text/tinystories_1000.txt", "english/emotion.train.txt", "english/sst2.train.txt"];
    private static readonly string[] KoreanFiles = ["korean/nsmc_rebuilt.train.tsv.gz", "korean/nsmc_rebuilt.test.tsv.gz"];

    internal static IEnumerable<Workload> All =>
    [
        On("tokenize_train_english_2000", EnglishFiles, 10_000_000, 2_000),
        On("tokenize_train_korean_8000", KoreanFiles, 13_000_000, 8_000),
    ];

    private static Workload On(string name, string[] files, int bytes, int merges)
    {
        Lazy<List<string>> texts = new(() => Read(files, bytes));
        return new(name, () =>
        {
            var trainer = new BpeTrainer
            {
                VocabularySize = merges + 257,
                SpecialTokens = ["<|endoftext|>"],
                InitialAlphabet = [.. Enumerable.Range(0, 256).Select(b => new Rune(ByteAlphabet.Char((byte)b)))],
            };
            List<string> lines = texts.Value;
            return () => trainer.Train(WordCounts.Of(lines, null, new ByteLevelPreTokenizer(addPrefixSpace: false), threads: Threads.Count));
        }, Characters: () => texts.Value.Sum(line => line.Length), Missing: files.Select(TokenizerWorkloads.At).FirstOrDefault(path => !File.Exists(path)), Warm: 0, Seconds: 0, Repeats: 3);
    }

    // from the beginning again where the files are shorter
    private static List<string> Read(string[] files, int bytes)
    {
        var lines = new List<string>();
        while (true)
        {
            foreach (string file in files)
            {
                bool packed = file.EndsWith(".gz", StringComparison.Ordinal);
                using Stream stream = File.OpenRead(TokenizerWorkloads.At(file));
                using var reader = new StreamReader(packed ? new GZipStream(stream, CompressionMode.Decompress) : stream);
                while (reader.ReadLine() is string line)
                {
                    line = packed ? line.Split('\t') is [_, string review, ..] ? review : "" : line;
                    lines.Add(line);
                    bytes -= System.Text.Encoding.UTF8.GetByteCount(line) + 1;
                    if (bytes < 0)
                        return lines;
                }
            }
        }
    }
}
