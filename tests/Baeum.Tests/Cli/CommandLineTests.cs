using System.Text.Json;
using Baeum.Cli;
using Baeum.Course;
using Baeum.Tests.Course;

namespace Baeum.Tests.Cli;

/// <summary>Tests that set <c>BAEUM_LANG</c> or replace the console's writer, which the whole process shares.</summary>
[CollectionDefinition(nameof(ProcessWide), DisableParallelization = true)]
public sealed class ProcessWide;

[Collection(nameof(ProcessWide))]
public sealed class CommandLineTests : IDisposable
{
    private readonly TemporaryCourse course = new();
    private readonly string? language = Environment.GetEnvironmentVariable("BAEUM_LANG");

    public CommandLineTests()
    {
        Environment.SetEnvironmentVariable("BAEUM_LANG", "en");
        course.Add("ch1", """lesson.Figure("x", lesson.Parameter("lr", 0.5, 0, 1), expected: 0.5);""", title: "합성함수 | Composition");
        course.Add("bad", """lesson.Figure("x", double.NaN, expected: 1);""");
        course.Add("broken", """throw new InvalidOperationException("no luck");""");
    }

    public void Dispose()
    {
        Environment.SetEnvironmentVariable("BAEUM_LANG", language);
        course.Dispose();
    }

    private (int Exit, string Results, string Messages) Run(params string[] arguments)
    {
        var results = new StringWriter();
        var messages = new StringWriter();
        var context = new CommandContext { Results = results, Messages = messages, Course = course.Catalogue };
        int exit = CommandLine.Run(arguments, context);
        return (exit, results.ToString().ReplaceLineEndings("\n"), messages.ToString().ReplaceLineEndings("\n"));
    }

    private string Out => Path.Combine(course.Folder, "out");

    [Fact]
    public void AloneItSaysHowToStart()
    {
        var (exit, results, messages) = Run();
        Assert.Equal(0, exit);
        Assert.Contains("./baeum run ch1", results, StringComparison.Ordinal);
        Assert.Empty(messages);
        Assert.All(results.Split('\n'), line => Assert.InRange(TextLayout.Width(line), 0, 60));
    }

    [Theory]
    [InlineData("en", "Composition", "There is no chapter 'ch2'. Did you mean ch1?", "Done")]
    [InlineData("ko", "합성함수", "그런 장은 없습니다: ch2. 비슷한 이름: ch1.", "끝")]
    public void ItSpeaksTheUsersLanguage(string name, string title, string unknown, string done)
    {
        Environment.SetEnvironmentVariable("BAEUM_LANG", name);
        Assert.Contains(title, Run("list").Results, StringComparison.Ordinal);
        Assert.Contains(unknown, Run("run", "ch2").Messages, StringComparison.Ordinal);
        Assert.Contains(done, Run("run", "ch1", "--set", "lr=0.1", "--out", Out).Results, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ko_KR.UTF-8", null, true)]
    [InlineData("ko", "en_US.UTF-8", true)]
    [InlineData("en", "ko_KR.UTF-8", false)]
    [InlineData(null, "ko_KR.UTF-8", true)]
    [InlineData("", "C.UTF-8", false)]
    [InlineData(null, "de_DE", false)]
    public void OwnVariableThenLang(string? own, string? system, bool korean) => Assert.Equal(korean, UserLanguage.Choose(own, system));

    [Theory]
    [InlineData(2, "lsit", "list")]
    [InlineData(2, "run", "Usage: ./baeum run ID")]
    [InlineData(2, "run ch9", "ch1")]
    [InlineData(2, "run ch1 --sed 3", "--seed")]
    [InlineData(2, "run ch1 --seed", "--seed needs a value")]
    [InlineData(2, "run ch1 --seed -1", "--seed -1")]
    [InlineData(2, "run ch1 --seed x", "--seed x")]
    [InlineData(2, "run ch1 --mode best", "published, corrected or both")]
    [InlineData(2, "run ch1 --set lr", "name=value")]
    [InlineData(2, "run ch1 --set lt=1", "lr")]
    [InlineData(2, "run ch1 --set lr=7", "from 0 to 1")]
    [InlineData(2, "run ch1 ch2", "'ch2'")]
    [InlineData(2, "list --jsn", "--json")]
    [InlineData(2, "verify", "Usage: ./baeum verify DIR")]
    [InlineData(2, "verify no-such-folder", "no-such-folder")]
    [InlineData(2, "bench --threads 0", "--threads 0")]
    [InlineData(2, "train", "Usage: ./baeum train NAME|FILE")]
    [InlineData(2, "train no-such-recipe", "'no-such-recipe'")]
    [InlineData(1, "run broken", "broken_name.cs:7: no luck")]
    public void WrongUseIsOneReadableLine(int code, string arguments, string named)
    {
        var (exit, _, messages) = Run(arguments.Split(' '));
        Assert.Equal(code, exit);
        Assert.Contains(named, messages, StringComparison.Ordinal);
        Assert.Single(messages.TrimEnd('\n').Split('\n'));
        Assert.DoesNotContain("   at ", messages, StringComparison.Ordinal);
    }

    [Fact]
    public void DebugShowsTheStack() => Assert.Contains("   at ", Run("run", "broken", "--debug").Messages, StringComparison.Ordinal);

    [Fact]
    public void AFailedCheckIsExitOne()
    {
        var (exit, results, _) = Run("run", "bad", "--json", "--out", Out);
        Assert.Equal(1, exit);
        JsonElement check = JsonDocument.Parse(results).RootElement.GetProperty("checks")[0];
        Assert.Equal(JsonValueKind.Null, check.GetProperty("value").ValueKind);
        Assert.False(check.GetProperty("ok").GetBoolean());
    }

    [Fact]
    public void JsonIsOneObjectAndNothingElse()
    {
        course.Add("talks", """Console.WriteLine("loose words"); lesson.Figure("x", 0.5, expected: 0.5);""");
        TextWriter before = Console.Out, errorsBefore = Console.Error;
        var output = new StringWriter();
        try
        {
            Console.SetOut(output);
            Console.SetError(TextWriter.Null);
            var context = new CommandContext { Results = output, Messages = TextWriter.Null, Course = course.Catalogue, OwnsConsole = true };
            Assert.Equal(0, CommandLine.Run(["run", "talks", "--json", "--out", Out], context));
        }
        finally
        {
            Console.SetOut(before);
            Console.SetError(errorsBefore);
        }
        JsonElement run = JsonDocument.Parse(output.ToString()).RootElement;
        Assert.Equal(["chapter", "seconds", "metrics", "checks", "figures"], run.EnumerateObject().Select(property => property.Name));
        Assert.Equal(0.5, run.GetProperty("metrics").GetProperty("x").GetDouble());
        Assert.True(run.GetProperty("checks")[0].GetProperty("ok").GetBoolean());
    }

    [Fact]
    public void TheListAsJsonNamesEveryChapter()
    {
        JsonElement list = JsonDocument.Parse(Run("list", "--json").Results).RootElement;
        Assert.Equal(["bad", "broken", "ch1"], list.EnumerateArray().Select(chapter => chapter.GetProperty("id").GetString()));
        Assert.Equal("chapters/1-mathematics/ch1_name.cs", list[2].GetProperty("path").GetString());
    }

    [Theory]
    [InlineData("list", "--json")]
    [InlineData("run", "--mode --set --seed --data --out --plot --no-plots --json --debug")]
    [InlineData("tokenize", "--model --json --debug")]
    [InlineData("verify", "--only --json --debug")]
    [InlineData("bench", "--only --threads --json")]
    [InlineData("info", "--json")]
    public void HelpNamesEveryOption(string command, string options)
    {
        var (exit, results, _) = Run(command, "--help");
        Assert.Equal(0, exit);
        Assert.StartsWith($"Usage: ./baeum {command}", results, StringComparison.Ordinal);
        Assert.All(options.Split(' '), option => Assert.Contains("\n  " + option, results, StringComparison.Ordinal));
        // what the help names, the parser takes: only the word behind it is refused, so that nothing runs
        Assert.All(options.Split(' '), option => Assert.DoesNotContain(option + ".", Run(command, option, "1", "--nosuch").Messages, StringComparison.Ordinal));
    }

    [Fact]
    public void StoppingIsExit130()
    {
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        var context = new CommandContext { Results = TextWriter.Null, Messages = TextWriter.Null, Course = course.Catalogue, Cancellation = stop.Token };
        Assert.Equal(130, CommandLine.Run(["run", "ch1", "--out", Out], context));
    }
}
