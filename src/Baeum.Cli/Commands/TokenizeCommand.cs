using System.CommandLine;
using System.Globalization;
using System.Text;
using Baeum.Course;
using Baeum.Text;

namespace Baeum.Cli.Commands;

/// <summary><c>./baeum tokenize</c>: a text's tokens with their ids and where they come from.</summary>
internal sealed class TokenizeCommand : CliCommand
{
    // backgrounds that dark letters can be read on; neighbours differ
    private static readonly int[] Backgrounds = [153, 223, 157, 225, 229, 195];

    private readonly Argument<string> textArgument;
    private readonly Option<string?> modelOption;
    private readonly Option<bool> jsonOption;

    internal TokenizeCommand() : base("tokenize", "글을 토큰으로", "a text's tokens")
    {
        textArgument = Argument("TEXT", "글. -이면 표준 입력에서 읽음", "the text; -: from standard input");
        modelOption = Option("--model", "PATH", "모델 폴더, 또는 tokenizer.json, .model, vocab.txt, .tiktoken 파일", "a model's folder, or a file: tokenizer.json, .model, vocab.txt, .tiktoken", isRequired: true);
        jsonOption = Json();
        Debug();
    }

    internal override int Run(ParseResult given, CommandContext context)
    {
        string model = given.GetValue(modelOption)!, text = given.GetValue(textArgument)!;
        if (!File.Exists(model) && !Directory.Exists(model))
            throw new LessonUsageException(Messages.NoTokenizer(model));
        Tokenizer tokenizer = Directory.Exists(model) ? Tokenizer.FromPretrained(model) : Tokenizer.FromFile(model);
        (tokenizer.Truncation, tokenizer.Padding) = (null, null);
        if (text == "-")
            text = context.Input.ReadToEnd();
        Baeum.Text.Encoding encoding = tokenizer.Encode(text);
        if (given.GetValue(jsonOption))
            WriteJson(encoding, context.Results);
        else if (Terminal.Colours && context.OwnsConsole)
            WriteColoured(text, encoding, context.Results);
        else
            WritePlain(encoding, context.Results);
        return ExitCode.Done;
    }

    private static void WriteColoured(string text, Baeum.Text.Encoding encoding, TextWriter write)
    {
        var line = new StringBuilder();
        int done = 0;
        for (int i = 0; i < encoding.Count; i++)
        {
            (int start, int end) = encoding.Offsets[i];
            // bytes of a character that was shown already, and what was added
            if (start < done || end <= start)
                continue;
            line.Append(text, done, start - done).Append(Coloured(Visible(text[start..end]), i));
            done = end;
        }
        write.WriteLine(line.Append(text, done, text.Length - done));
        write.WriteLine();
        int columns = Math.Min(40, encoding.Tokens.Select(token => TextLayout.Width(Visible(token))).DefaultIfEmpty(0).Max());
        for (int i = 0; i < encoding.Count; i++)
        {
            string token = Visible(encoding.Tokens[i]);
            write.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{encoding.Ids[i],8}  {Coloured(token, i)}{new string(' ', Math.Max(0, columns - TextLayout.Width(token)))}  {Place(encoding, i)}").TrimEnd());
        }
    }

    private static void WritePlain(Baeum.Text.Encoding encoding, TextWriter write)
    {
        for (int i = 0; i < encoding.Count; i++)
            write.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{encoding.Ids[i]}\t{Place(encoding, i)}\t{Visible(encoding.Tokens[i])}"));
    }

    private static void WriteJson(Baeum.Text.Encoding encoding, TextWriter write) => JsonOutput.Line(write, json =>
    {
        json.WriteStartObject();
        json.WriteStartArray("ids");
        foreach (int id in encoding.Ids)
            json.WriteNumberValue(id);
        json.WriteEndArray();
        json.WriteStartArray("tokens");
        foreach (string token in encoding.Tokens)
            json.WriteStringValue(token);
        json.WriteEndArray();
        json.WriteStartArray("offsets");
        foreach ((int start, int end) in encoding.Offsets)
        {
            json.WriteStartArray();
            json.WriteNumberValue(start);
            json.WriteNumberValue(end);
            json.WriteEndArray();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    });

    private static string Place(Baeum.Text.Encoding encoding, int i) => encoding.SpecialTokensMask[i] == 1
        ? "-"
        : string.Create(CultureInfo.InvariantCulture, $"{encoding.Offsets[i].Start}-{encoding.Offsets[i].End}");

    private static string Coloured(string text, int number) => string.Create(CultureInfo.InvariantCulture, $"\e[30;48;5;{Backgrounds[number % Backgrounds.Length]}m{text}\e[0m");

    // a line end or another control character would break the table
    private static string Visible(string text) => text.Any(char.IsControl)
        ? string.Concat(text.Select(letter => letter switch { '\n' => "\\n", '\r' => "\\r", '\t' => "\\t", _ when char.IsControl(letter) => string.Create(CultureInfo.InvariantCulture, $"\\x{(int)letter:x2}"), _ => letter.ToString() }))
        : text;
}
