using System.Text.Json;
using Baeum.Cli;
using Baeum.Course;
using Baeum.Inference;

namespace Baeum.Tests.Cli;

[Collection(nameof(ProcessWide))]
public sealed class TranslateCommandTests : IDisposable
{
    private readonly string? before = Environment.GetEnvironmentVariable("BAEUM_LANG");

    public TranslateCommandTests() => Environment.SetEnvironmentVariable("BAEUM_LANG", "en");

    public void Dispose() => Environment.SetEnvironmentVariable("BAEUM_LANG", before);

    private static string Shipped => Path.Combine(Catalogue.Locate().Home, "models", "translate_en_ko");

    private static (int Exit, string[] Results, string[] Messages) Run(string input, params string[] arguments)
    {
        var (results, messages) = (new StringWriter(), new StringWriter());
        int exit = CommandLine.Run(arguments, new CommandContext { Results = results, Messages = messages, Input = new StringReader(input) });
        return (exit, Split(results), Split(messages));

        static string[] Split(StringWriter writer) => writer.ToString().ReplaceLineEndings("\n").Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    [Fact]
    public void The_shipped_model_translates_without_a_download()
    {
        Assert.True(new DirectoryInfo(Shipped).EnumerateFiles().Sum(file => file.Length) < 6_000_000);
        var (exit, results, messages) = Run("", "translate", "You can also use this command to insert a new table.", "Tom is my friend.");
        Assert.Equal(0, exit);
        Assert.Empty(messages);
        Assert.Equal(["이 명령을 사용하여 새 표를 삽입할 수도 있습니다.", "톰은 내 친구야."], results);
    }

    [Fact]
    public void Lines_of_standard_input_and_JSON()
    {
        var (exit, results, _) = Run("Click the icon to open the dialog.\n\nTom is my friend.\n", "translate", "-", "--beams", "1", "--json");
        Assert.Equal(0, exit);
        var lines = results.Select(line => JsonDocument.Parse(line).RootElement).ToArray();
        Assert.Equal(["Click the icon to open the dialog.", "Tom is my friend."], lines.Select(line => line.GetProperty("text").GetString()!));
        Assert.Equal(Translator.FromPretrained(Shipped).Translate(["Click the icon to open the dialog.", "Tom is my friend."], 1), lines.Select(line => line.GetProperty("translation").GetString()!));
    }

    [Fact]
    public void What_is_too_long_is_cut_with_a_remark() =>
        Assert.Contains("longer than 128 pieces", Assert.Single(Run("", "translate", "--beams", "1", string.Concat(Enumerable.Repeat("Open the file. ", 60))).Messages), StringComparison.Ordinal);

    [Theory]
    [InlineData(2, "translate")]
    [InlineData(2, "translate -")]
    [InlineData(2, "translate x --beams 0", "--beams 0")]
    [InlineData(2, "translate x --beams 9999", "--beams 9999")]
    [InlineData(1, "translate x --model no-such-folder", "no such folder")]
    [InlineData(2, "translate x --beam 3", "--beams")]
    public void Bad_input_is_one_clear_line(int code, string arguments, string named = "")
    {
        var (exit, results, messages) = Run("", arguments.Split(' '));
        Assert.Equal(code, exit);
        Assert.Empty(results);
        Assert.Contains(named, Assert.Single(messages), StringComparison.Ordinal);
    }
}
