using System.CommandLine;
using System.Diagnostics;
using System.Text;
using Baeum.Course;
using Baeum.Text;

namespace Baeum.Cli.Commands;

/// <summary><c>./baeum train-tokenizer FILE...</c>: learns a vocabulary from text files and writes <c>tokenizer.json</c>.</summary>
internal sealed class TrainTokenizerCommand : CliCommand
{
    private static readonly (string Name, TokenizerKind Kind)[] Kinds =
        [("byte-bpe", TokenizerKind.ByteBpe), ("bpe", TokenizerKind.Bpe), ("wordpiece", TokenizerKind.WordPiece), ("unigram", TokenizerKind.Unigram)];

    private readonly Argument<string[]> filesArgument;
    private readonly Option<string?> typeOption, vocabularyOption, frequencyOption, outputOption;
    private readonly Option<bool> lowercaseOption, jamoOption;

    internal TrainTokenizerCommand() : base("train-tokenizer", "토크나이저 학습", "train a tokenizer")
    {
        filesArgument = Arguments("FILE", "UTF-8 글 파일. 한 줄이 글 하나", "text files in UTF-8; a line is a text");
        typeOption = Option("--type", "TYPE", "byte-bpe: 바이트 단위 BPE(기본), bpe: 글자 단위 BPE, wordpiece, unigram", "byte-bpe: BPE of bytes (default); bpe: of characters; wordpiece; unigram");
        vocabularyOption = Option("--vocab", "N", "어휘의 크기 (기본: 8000)", "how many tokens (default: 8000)");
        frequencyOption = Option("--min-frequency", "N", "이보다 드문 쌍은 병합하지 않음 (기본: 2)", "rarer pairs are not merged (default: 2)");
        lowercaseOption = Flag("--lowercase", "모두 소문자로 (wordpiece)", "all letters small (wordpiece)");
        jamoOption = Flag("--jamo", "한글 음절을 자모로 나누어 학습", "takes Hangul syllables apart into jamo");
        outputOption = Option("--out", "DIR", "tokenizer.json을 저장할 폴더 (기본: out/tokenizer)", "the folder for tokenizer.json (default: out/tokenizer)");
        Debug();
    }

    internal override int Run(ParseResult given, CommandContext context)
    {
        string type = given.GetValue(typeOption) ?? "byte-bpe";
        string[] files = given.GetValue(filesArgument)!;
        (_, TokenizerKind kind) = Kinds.FirstOrDefault(known => known.Name == type);
        if (!Kinds.Any(known => known.Name == type))
            throw new LessonUsageException(Messages.TokenizerType(type, Kinds.Select(known => known.Name), Nearest.Names(type, Kinds.Select(known => known.Name))));
        var trainer = new TokenizerTrainer
        {
            Kind = kind,
            VocabularySize = (int)Number("--vocab", given.GetValue(vocabularyOption) ?? "8000", 10_000_000),
            MinimumFrequency = Number("--min-frequency", given.GetValue(frequencyOption) ?? "2", int.MaxValue),
            Lowercase = given.GetValue(lowercaseOption),
            SplitJamo = given.GetValue(jamoOption),
        };
        foreach (string file in files)
        {
            if (!File.Exists(file))
                throw new LessonUsageException(Messages.NoTextFile(file));
        }
        var watch = Stopwatch.StartNew();
        Tokenizer tokenizer = trainer.Train(files.SelectMany(Lines), new Printer(context), context.Cancellation);
        string folder = given.GetValue(outputOption) ?? Path.Combine("out", "tokenizer");
        Directory.CreateDirectory(folder);
        string path = Path.Combine(folder, "tokenizer.json");
        AtomicFile.Write(path, tokenizer.Save);
        context.Results.WriteLine(Messages.TokenizerTrained(tokenizer.VocabularySize, watch.Elapsed.TotalSeconds, path));
        return ExitCode.Done;
    }

    private static IEnumerable<string> Lines(string file)
    {
        using var reader = new StreamReader(file, new UTF8Encoding(false, throwOnInvalidBytes: true));
        for (int number = 1; ; number++)
        {
            string? line;
            try
            {
                line = reader.ReadLine();
            }
            catch (DecoderFallbackException)
            {
                throw new TokenizerException(Messages.NotUtf8(file, number));
            }
            if (line is null)
                yield break;
            yield return line;
        }
    }

    // one line every two seconds: readable in a terminal and in a log
    private sealed class Printer(CommandContext context) : IProgress<TrainingProgress>
    {
        private readonly Lock writing = new();
        private long last = Stopwatch.GetTimestamp();

        public void Report(TrainingProgress value)
        {
            lock (writing)
            {
                if (Stopwatch.GetElapsedTime(last).TotalSeconds < 2)
                    return;
                last = Stopwatch.GetTimestamp();
                context.Messages.WriteLine(value.Stage == TrainingStage.Counting ? Messages.CountingWords(value.Done) : Messages.LearningTokens(value.Done, value.Total));
            }
        }
    }
}
