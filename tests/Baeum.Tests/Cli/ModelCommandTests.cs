using System.Text.Json;
using Baeum.Cli;
using Baeum.Models;
using Baeum.Tests.Models;

namespace Baeum.Tests.Cli;

[Collection(nameof(ProcessWide))]
public sealed class ModelCommandTests : IDisposable
{
    private static readonly string[] Variables = ["BAEUM_LANG", "HF_ENDPOINT", "HF_HUB_CACHE", "HF_HUB_OFFLINE", "HF_TOKEN"];

    private readonly TemporaryFolder folder = new();
    private readonly (string Name, string? Value)[] before = [.. Variables.Select(name => (name, Environment.GetEnvironmentVariable(name)))];

    public ModelCommandTests() => Environment.SetEnvironmentVariable("BAEUM_LANG", "en");

    public void Dispose()
    {
        foreach (var (name, value) in before) Environment.SetEnvironmentVariable(name, value);
        folder.Dispose();
    }

    private static (int Exit, string[] Results, string[] Messages) Run(string input, params string[] arguments)
    {
        var (results, messages) = (new StringWriter(), new StringWriter());
        int exit = CommandLine.Run(arguments, new CommandContext { Results = results, Messages = messages, Input = new StringReader(input) });
        return (exit, Split(results), Split(messages));

        static string[] Split(StringWriter writer) => writer.ToString().ReplaceLineEndings("\n").Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private string Model(Action<string> save)
    {
        save(folder.Path);
        return folder.Path;
    }

    [Fact]
    public void One_text_gets_all_classes_many_their_best()
    {
        string model = Model(TaskTests.SaveClassifier);
        var (exit, results, messages) = Run("", "classify", "--model", model, "good day");
        Assert.Equal(0, exit);
        Assert.Empty(messages);
        Assert.Equal(2, results.Length);
        Assert.Equal(2, Run("good day\n\nbad day\n", "classify", "--model", model, "-").Results.Length);
        var json = JsonDocument.Parse(Assert.Single(Run("", "classify", "--model", model, "good day", "--json").Results)).RootElement;
        Assert.Equal(1, json.GetProperty("scores").EnumerateObject().Sum(entry => entry.Value.GetDouble()), 5);
        Assert.Equal(json.GetProperty("score").GetDouble(), json.GetProperty("scores").GetProperty(json.GetProperty("label").GetString()!).GetDouble());
        Assert.Contains("longer than 12 pieces", Assert.Single(Run("", "classify", "--model", model, string.Concat(Enumerable.Repeat("day ", 20))).Messages), StringComparison.Ordinal);
    }

    [Fact]
    public void A_mask_is_filled_and_the_text_shown_with_it()
    {
        string model = Model(TaskTests.SaveMasked);
        var (exit, results, _) = Run("", "fill-mask", "--model", model, "good [MASK] to you", "--top", "3");
        Assert.Equal(0, exit);
        Assert.Equal(3, results.Length);
        Assert.All(results, line => Assert.EndsWith("to you", line, StringComparison.Ordinal));
        var json = JsonDocument.Parse(Assert.Single(Run("", "fill-mask", "--model", model, "[MASK] day", "--json").Results)).RootElement;
        Assert.Equal(5, json.GetProperty("masks")[0].GetArrayLength());
    }

    [Fact]
    public void Vectors_are_printed_and_compared()
    {
        string model = Model(TaskTests.SaveMasked);
        Assert.Equal(16, Assert.Single(Run("", "embed", "--model", model, "good day").Results).Split(' ').Length);
        var json = JsonDocument.Parse(Assert.Single(Run("", "embed", "--model", model, "good day", "--json").Results)).RootElement;
        Assert.Equal(16, json.GetProperty("vector").GetArrayLength());
        string file = folder.Write("texts.txt", "bad day\ngood day\n\nme\n");
        var (exit, results, _) = Run("", "similar", "--model", model, "good day", file, "--top", "2");
        Assert.Equal(0, exit);
        Assert.Equal(2, results.Length);
        Assert.Contains("1.0000  good day", results[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, "classify --model no-such-folder x", "no such folder")]
    [InlineData(1, "classify --model EMPTY x", "no config.json")]
    [InlineData(1, "classify --model MASKED x", "'BertForMaskedLM' is not known for classification; known are BertForSequenceClassification")]
    [InlineData(1, "fill-mask --model DAMAGED [MASK]", "model.safetensors")]
    [InlineData(2, "fill-mask --model MASKED day", "The text has no [MASK]")]
    [InlineData(2, "fill-mask --model MASKED [MASK] --top 0", "--top 0")]
    [InlineData(2, "classify x", "--model")]
    [InlineData(2, "embed --model MASKED -", "There is no text")]
    [InlineData(1, "pull nonsense", "OWNER/NAME")]
    public void Bad_input_is_one_clear_line(int code, string arguments, string named)
    {
        string masked = folder.File("masked"), damaged = folder.File("damaged"), empty = folder.File("empty");
        TaskTests.SaveMasked(masked);
        TaskTests.SaveMasked(damaged);
        using (var file = File.OpenWrite(Path.Combine(damaged, "model.safetensors"))) file.SetLength(1000);
        Directory.CreateDirectory(empty);
        var (exit, results, messages) = Run("", [.. arguments.Split(' ').Select(word => word switch { "MASKED" => masked, "DAMAGED" => damaged, "EMPTY" => empty, _ => word })]);
        Assert.Equal(code, exit);
        Assert.Empty(results);
        Assert.Contains(named, Assert.Single(messages), StringComparison.Ordinal);
    }

    [Fact]
    public void Pull_prints_the_folder_and_a_line_for_each_file()
    {
        using var server = new HubServer(new() { ["config.json"] = "{}"u8.ToArray(), ["model.safetensors"] = new byte[3_000_000] });
        foreach (var (name, value) in ((string, string?)[])[("HF_ENDPOINT", server.Address), ("HF_HUB_CACHE", folder.Path), ("HF_HUB_OFFLINE", null), ("HF_TOKEN", null)]) Environment.SetEnvironmentVariable(name, value);
        var (exit, results, messages) = Run("", "pull", "owner/name");
        Assert.Equal(0, exit);
        Assert.True(File.Exists(Path.Combine(Assert.Single(results), "model.safetensors")));
        Assert.Equal(["here: config.json (0.0 MB)", "here: model.safetensors (3.0 MB)"], messages.Order(StringComparer.Ordinal));
        server.Dispose();
        Environment.SetEnvironmentVariable("HF_HUB_OFFLINE", "1");
        Assert.Equal(results, Run("", "pull", "owner/name").Results);
        Assert.Contains("HF_HUB_OFFLINE", Assert.Single(Run("", "embed", "--model", "owner/other", "x").Messages), StringComparison.Ordinal);
    }

    [Fact]
    public void Stopping_a_pull_leaves_what_is_here()
    {
        byte[] weights = new byte[2_000_000];
        using var stop = new CancellationTokenSource();
        using var server = new HubServer(new() { ["model.safetensors"] = weights });
        server.Misbehave = context =>
        {
            if (!context.Request.Url!.AbsolutePath.StartsWith("/store", StringComparison.Ordinal) || stop.IsCancellationRequested) return false;
            context.Response.ContentLength64 = weights.Length;
            context.Response.OutputStream.Write(weights, 0, 1_500_000);
            context.Response.OutputStream.Flush();
            stop.CancelAfter(300);
            stop.Token.WaitHandle.WaitOne(TimeSpan.FromSeconds(20));
            return true;
        };
        Environment.SetEnvironmentVariable("HF_ENDPOINT", server.Address);
        Environment.SetEnvironmentVariable("HF_HUB_CACHE", folder.Path);
        Environment.SetEnvironmentVariable("HF_HUB_OFFLINE", null);
        var messages = new StringWriter();
        Assert.Equal(130, CommandLine.Run(["pull", "owner/name"], new CommandContext { Results = TextWriter.Null, Messages = messages, Cancellation = stop.Token }));
        Assert.Equal("Stopped.", messages.ToString().Trim());
        Assert.True(new FileInfo(Assert.Single(Directory.GetFiles(folder.Path, "*.incomplete", SearchOption.AllDirectories))).Length > 0);
        Assert.Equal(0, Run("", "pull", "owner/name").Exit);
        Assert.Contains(server.Log, line => line.Contains("bytes=", StringComparison.Ordinal));
    }
}
