using System.CommandLine;
using System.Globalization;
using Baeum.Course;
using Baeum.Inference;
using Baeum.Models;
using Baeum.Text;

namespace Baeum.Cli.Commands;

/// <summary><c>./baeum generate "TEXT"</c>: a language model goes on with a text, which appears as it is written.</summary>
internal sealed class GenerateCommand : ModelCommand
{
    private readonly Argument<string> textArgument;
    private readonly Option<string?> most, temperature, topK, topP, minP, repetition, seed;
    private readonly Option<string[]> stops;
    private readonly Option<bool> json;

    internal GenerateCommand() : base("generate", "언어 모델이 글을 이어 씀", "let a model go on with a text", shipped: "shakespeare")
    {
        textArgument = Argument("TEXT", "글의 시작", "the text's beginning");
        most = Option("--max", "N", "새로 쓸 토큰 수의 상한", "the most new pieces");
        temperature = Option("--temperature", "T", "1보다 작으면 대담하게, 크면 다양하게. 0은 늘 가장 그럴듯한 것", "below 1 bolder, above 1 more varied; 0 always takes the likeliest");
        topK = Option("--top-k", "K", "가장 그럴듯한 K개 가운데에서만 뽑음 (0: 모두)", "draw from the K likeliest only (0: all)");
        topP = Option("--top-p", "P", "확률의 합이 P가 될 때까지의 것에서만 뽑음", "draw from the likeliest that together have the probability P");
        minP = Option("--min-p", "P", "가장 그럴듯한 것의 P배보다 확률이 큰 것에서만 뽑음", "draw from those of at least P times the likeliest one's probability");
        repetition = Option("--repetition-penalty", "R", "이미 나온 것의 점수를 R로 나눔 (1: 그대로)", "divides the scores of what occurred already (1: no change)");
        stops = Options("--stop", "STRING", "이 글이 나오면 끝냄 (여러 번 가능)", "ends before this text; may be repeated");
        seed = Option("--seed", "N", "난수 씨앗. 같은 씨앗이면 같은 글", "the seed of chance: the same seed writes the same text");
        json = Json();
        Debug();
    }

    internal override int Run(ParseResult given, CommandContext context)
    {
        string prompt = given.GetValue(textArgument)!;
        if (prompt.Length == 0) throw new LessonUsageException(Messages.NoText);
        string[] ends = given.GetValue(stops) ?? [];
        if (ends.Any(string.IsNullOrEmpty)) throw new LessonUsageException(Messages.NoText);
        ulong chosen = given.GetValue(seed) is { } text ? (ulong)LessonOptions.ParseSeed(text) : (uint)Environment.TickCount;
        string folder = Folder(given, context);
        string kind = ConfigFile.Read(folder).Word("model_type", "");
        if (kind != "gpt2") throw new LessonUsageException(Messages.CannotGenerate(kind));
        GenerationOptions options = Options(given, GenerationConfig.Read(folder)) with { Generator = new PhiloxRandom(chosen) };
        Tokenizer tokenizer = Tokenizer.FromPretrained(folder);
        Warn(prompt, tokenizer, context);
        Gpt2LMHeadModel model = Gpt2LMHeadModel.FromPretrained(folder);
        bool asJson = given.GetValue(json);
        int count = 0;
        if (!asJson) Write(prompt);
        string written = TextGenerator.Continue(model, tokenizer, prompt, options with { OnToken = (_, _) => ++count > 0 }, ends, asJson ? null : Write, context.Cancellation);
        if (asJson) WriteJson(prompt, written, count, chosen, context.Results);
        else context.Results.WriteLine();
        if (!context.Cancellation.IsCancellationRequested) return ExitCode.Done;
        context.Messages.WriteLine(Messages.Stopped);
        return ExitCode.Stopped;

        void Write(string part)
        {
            context.Results.Write(part);
            context.Results.Flush();
        }
    }

    /// <summary>The folder's way of writing, changed by what was given.</summary>
    private GenerationOptions Options(ParseResult given, GenerationOptions standard)
    {
        double heat = Between("--temperature", given.GetValue(temperature), 0, 100) ?? (standard.Sample ? standard.Temperature : 0);
        return standard with
        {
            BeamCount = 1,
            MaxNewTokens = given.GetValue(most) is { } number ? (int)Number("--max", number, 1_000_000) : standard.MaxNewTokens,
            Sample = heat > 0,
            Temperature = heat > 0 ? heat : 1,
            TopK = (int?)Between("--top-k", given.GetValue(topK), 0, 1_000_000) ?? standard.TopK,
            TopP = Between("--top-p", given.GetValue(topP), 0.001, 1) ?? standard.TopP,
            MinP = Between("--min-p", given.GetValue(minP), 0, 1) ?? standard.MinP,
            RepetitionPenalty = Between("--repetition-penalty", given.GetValue(repetition), 0.01, 100) ?? standard.RepetitionPenalty,
        };
    }

    private static double? Between(string option, string? text, double least, double most)
    {
        if (text is null) return null;
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && value >= least && value <= most
            ? value
            : throw new LessonUsageException(Messages.NumberFrom(option, text, least, most));
    }

    /// <summary>A model of characters knows only those of the texts it has read.</summary>
    private static void Warn(string prompt, Tokenizer tokenizer, CommandContext context)
    {
        if (tokenizer.EncodeToIds(prompt).Length == 0) throw new LessonUsageException(Messages.NoKnownPiece);
        string unknown = string.Concat(prompt.EnumerateRunes().Distinct().Select(character => character.ToString()).Where(character => tokenizer.EncodeToIds(character, addSpecialTokens: false).Length == 0));
        if (unknown.Length > 0) context.Messages.WriteLine(Messages.UnknownCharacters(unknown));
    }

    private static void WriteJson(string prompt, string written, int pieces, ulong seed, TextWriter write) => JsonOutput.Line(write, writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("prompt", prompt);
        writer.WriteString("text", written);
        writer.WriteNumber("pieces", pieces);
        writer.WriteNumber("seed", seed);
        writer.WriteEndObject();
    });
}
