using System.Text.Json;
using Baeum.Cli;

namespace Baeum.Tests.Cli;

[Collection(nameof(ProcessWide))]
public sealed class VerifyTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("baeum-verify-").FullName;
    private readonly string? language = Environment.GetEnvironmentVariable("BAEUM_LANG");

    public VerifyTests() => Environment.SetEnvironmentVariable("BAEUM_LANG", "en");

    public void Dispose()
    {
        Environment.SetEnvironmentVariable("BAEUM_LANG", language);
        Directory.Delete(folder, recursive: true);
    }

    private static (int Exit, string[] Results, string Messages) Run(params string[] arguments)
    {
        var results = new StringWriter();
        var messages = new StringWriter();
        int exit = CommandLine.Run(arguments, new CommandContext { Results = results, Messages = messages });
        return (exit, results.ToString().ReplaceLineEndings("\n").TrimEnd('\n').Split('\n'), messages.ToString());
    }

    private void Write(string name, string json, params (string Key, Tensor Value)[] tensors)
    {
        string path = Path.Combine(folder, name + ".json");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, json);
        if (tensors.Length > 0)
            Safetensors.Save(Path.ChangeExtension(path, ".safetensors"), tensors.Select(tensor => KeyValuePair.Create(tensor.Key, tensor.Value)));
    }

    private void WriteAddition(double sum) => Write("core/ops",
        """
        {"cases": [{"name": "plus", "kind": "add", "args": {}, "inputs": {"a": "a", "b": "b", "w0": "w"}, "outputs": {"y0": "y"}, "grads": {"a": "w"}},
            {"name": "strange", "kind": "nosuch", "args": {}, "inputs": {}, "outputs": {}, "grads": {}}]}
        """,
        ("a", Tensor.From([1.0])), ("b", Tensor.From([2.0])), ("w", Tensor.From([0.5])), ("y", Tensor.From([sum])));

    [Fact]
    public void ARightFigurePassesAndAnUnknownKindIsSkipped()
    {
        WriteAddition(3);
        var (exit, results, _) = Run("verify", folder);
        Assert.Equal(0, exit);
        Assert.Contains("core/ops/plus", results[0], StringComparison.Ordinal);
        Assert.Contains("not known yet", results[1], StringComparison.Ordinal);
        Assert.Equal("1 passed, 0 failed, 1 skipped", results[^1]);
    }

    [Fact]
    public void AWrongFigureFailsAndSaysWhere()
    {
        WriteAddition(3.5);
        var (exit, results, _) = Run("verify", folder, "--only", "core/*/plus");
        Assert.Equal(1, exit);
        Assert.Contains("y0[0]: 3 instead of 3.5", results[0], StringComparison.Ordinal);
        Assert.Equal("0 passed, 1 failed, 0 skipped", results[^1]);
    }

    [Fact]
    public void JsonIsOneComparisonALine()
    {
        WriteAddition(3.25);
        var (_, results, messages) = Run("verify", folder, "--json");
        JsonElement line = JsonDocument.Parse(Assert.Single(results)).RootElement;
        Assert.Equal("core/ops/plus", line.GetProperty("name").GetString());
        Assert.False(line.GetProperty("ok").GetBoolean());
        Assert.Equal(0.25 / 3.25, line.GetProperty("max_error").GetDouble(), 1e-12);
        Assert.Equal(1e-10, line.GetProperty("tolerance").GetDouble());
        Assert.Contains("core/ops/strange", messages, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("core/ops", "{", "core/ops")]
    [InlineData("core/ops", "[]", "no list 'cases'")]
    [InlineData("core/ops", """{"cases": [{}]}""", "lacks its name")]
    [InlineData("core/ops", """{"cases": [{"name": "n", "kind": "exp", "args": {}, "inputs": {"x": "k"}, "outputs": {}}]}""", "no .safetensors")]
    public void ABrokenBookIsAReadableLine(string name, string json, string reason)
    {
        Write(name, json);
        var (exit, results, messages) = Run("verify", folder);
        Assert.Equal(1, exit);
        Assert.Contains(reason, results[0], StringComparison.Ordinal);
        Assert.Equal(2, results.Length);
        Assert.DoesNotContain("   at ", string.Join('\n', results) + messages, StringComparison.Ordinal);
    }

    [Fact]
    public void ABrokenTensorFileIsAReadableLine()
    {
        WriteAddition(3);
        File.WriteAllBytes(Path.Combine(folder, "core", "ops.safetensors"), [1, 2, 3]);
        Assert.Equal(1, Run("verify", folder).Exit);
    }

    [Fact]
    public void UnknownBooksAreNamedAndOtherFilesAreNone()
    {
        Write("models/new/golden", """{"cases": []}""");
        Write("models/new/config", "{}");
        var (exit, results, _) = Run("verify", folder);
        Assert.Equal(0, exit);
        Assert.Equal(2, results.Length);
        Assert.StartsWith("- models/new ", results[0], StringComparison.Ordinal);
    }

    [Fact]
    public void AGlobThatFitsNothingNamesTheNearest()
    {
        WriteAddition(3);
        var (exit, _, messages) = Run("verify", folder, "--only", "core/opps/*");
        Assert.Equal(2, exit);
        Assert.Contains("core/ops/*", messages, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("core/*", "core/ops/add", true)]
    [InlineData("*bmm", "core/ops/matmul_bmm", true)]
    [InlineData("core/ops/add", "core/ops/add_broadcast", false)]
    [InlineData("core/?ps/add", "core/ops/add", true)]
    [InlineData("core.ops*", "core/ops/add", false)]
    public void AStarCrossesSlashes(string pattern, string name, bool fits) => Assert.Equal(fits, new Glob(pattern).Matches(name));

    [Fact]
    [Trait("Leg", "once")]
    public void TheEngineAgreesWithEveryBookItKnows()
    {
        var (exit, results, _) = Run("verify", Goldens.Folder);
        Assert.True(exit == 0, string.Join('\n', results.Where(line => line.StartsWith('✗'))));
        Assert.InRange(results.Length, 100, int.MaxValue);
    }
}
