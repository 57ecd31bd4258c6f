using Baeum.Cli;
using Baeum.Text;
using Baeum.Tests.Course;

namespace Baeum.Tests.Cli;

[Collection(nameof(ProcessWide))]
public sealed class TrainTokenizerTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly TemporaryCourse course = new();
    private readonly string? language = Environment.GetEnvironmentVariable("BAEUM_LANG");

    public TrainTokenizerTests() => Environment.SetEnvironmentVariable("BAEUM_LANG", "en");

    public void Dispose()
    {
        Environment.SetEnvironmentVariable("BAEUM_LANG", language);
        folder.Dispose();
        course.Dispose();
    }

    [Theory]
    [InlineData("byte-bpe")]
    [InlineData("bpe")]
    [InlineData("wordpiece")]
    [InlineData("unigram")]
    public void ItWritesATokenizer(string type)
    {
        string first = folder.Write("a.txt", string.Concat(Enumerable.Repeat("밥을 먹었다\nbooks and readers\n", 20))), second = folder.Write("b.txt", "reading books\n물을 마셨다");
        (int exit, string results, _) = Run(first, second, "--type", type, "--vocab", "300", "--out", folder.File("out"));
        Assert.Equal(ExitCode.Done, exit);
        Assert.Contains("tokenizer.json", results, StringComparison.Ordinal);
        Tokenizer tokenizer = Tokenizer.FromPretrained(folder.File("out"));
        Assert.Equal("books 밥을", tokenizer.Decode(tokenizer.EncodeToIds("books 밥을")));
    }

    [Fact]
    public void WrongUseIsOneLine()
    {
        string text = folder.Write("a.txt", "a b c");
        AssertLine("'word'", ExitCode.WrongUsage, "no such type", text, "--type", "word");
        AssertLine("zero", ExitCode.WrongUsage, "whole number", text, "--vocab", "0");
        AssertLine("absent", ExitCode.WrongUsage, "There is no file", folder.File("absent.txt"));
        AssertLine("none", ExitCode.WrongUsage, "Usage", "--vocab", "300");
        AssertLine("small", ExitCode.Failed, "too small", text, "--vocab", "10");
        AssertLine("empty", ExitCode.Failed, "nothing to learn", folder.Write("empty.txt", ""));
        AssertLine("latin1", ExitCode.Failed, "not UTF-8", folder.Write("latin1.txt", [(byte)'a', (byte)'\n', 0xE9, (byte)'\n']));
    }

    private void AssertLine(string what, int code, string said, params string[] arguments)
    {
        (int exit, string results, string messages) = Run([.. arguments, "--out", folder.File("nowhere")]);
        Assert.True(exit == code, $"{what}: {exit} {messages}");
        Assert.Empty(results);
        Assert.Contains(said, messages, StringComparison.Ordinal);
        Assert.Single(messages.TrimEnd().Split('\n'));
        Assert.False(Directory.Exists(folder.File("nowhere")));
    }

    private (int Exit, string Results, string Messages) Run(params string[] arguments)
    {
        var results = new StringWriter();
        var messages = new StringWriter();
        int exit = CommandLine.Run(["train-tokenizer", .. arguments], new CommandContext { Results = results, Messages = messages, Course = course.Catalogue });
        return (exit, results.ToString(), messages.ToString());
    }
}
