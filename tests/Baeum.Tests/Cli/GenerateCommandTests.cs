using System.Text.Json;
using Baeum.Cli;
using Baeum.Inference;
using Baeum.Models;
using Baeum.Text;

namespace Baeum.Tests.Cli;

[Collection(nameof(ProcessWide))]
public sealed class GenerateCommandTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly string? language = Environment.GetEnvironmentVariable("BAEUM_LANG");

    public GenerateCommandTests()
    {
        Environment.SetEnvironmentVariable("BAEUM_LANG", "en");
        Tokenizer letters = Tokenizer.FromCharacters("abc 배움\n");
        new Gpt2LMHeadModel(ParamScope.Random(3), new Gpt2Config(letters.VocabularySize, 16, 16, 2, 2, InitializerRange: 0.6)).Save(folder.Path, letters);
        GenerationConfig.Save(folder.Path, new GenerationOptions { MaxNewTokens = 25, Sample = true, Generator = new PhiloxRandom(1) });
    }

    public void Dispose()
    {
        Environment.SetEnvironmentVariable("BAEUM_LANG", language);
        folder.Dispose();
    }

    private (int Exit, string Results, string Messages) Run(params string[] arguments)
    {
        var (results, messages) = (new StringWriter(), new StringWriter());
        int exit = CommandLine.Run(["generate", .. arguments, "--model", folder.Path], new CommandContext { Results = results, Messages = messages });
        return (exit, results.ToString(), messages.ToString());
    }

    [Fact]
    public void A_text_goes_on_and_the_same_seed_writes_the_same()
    {
        var (exit, text, messages) = Run("배움", "--seed", "5");
        Assert.Equal((0, ""), (exit, messages));
        Assert.StartsWith("배움", text, StringComparison.Ordinal);
        Assert.Equal(2 + 25 + Environment.NewLine.Length, text.Length);
        Assert.Equal(text, Run("배움", "--seed", "5").Results);
        Assert.NotEqual(text, Run("배움", "--seed", "6").Results);
        Assert.Equal(Run("배움", "--temperature", "0", "--seed", "1").Results, Run("배움", "--top-k", "1", "--seed", "2").Results);
    }

    [Fact]
    public void Length_and_stop_strings_end_it()
    {
        using JsonDocument whole = JsonDocument.Parse(Run("a", "--max", "40", "--seed", "5", "--json").Results);
        string text = whole.RootElement.GetProperty("text").GetString()!;
        Assert.Equal((40, 40), (text.Length, whole.RootElement.GetProperty("pieces").GetInt32()));
        string stop = text[10..12];
        using JsonDocument cut = JsonDocument.Parse(Run("a", "--max", "40", "--seed", "5", "--stop", stop, "--json").Results);
        Assert.Equal(text[..text.IndexOf(stop, StringComparison.Ordinal)], cut.RootElement.GetProperty("text").GetString());
    }

    [Fact]
    public void Unknown_characters_are_told_of()
    {
        Assert.Contains("xy", Run("abxy", "--seed", "1").Messages, StringComparison.Ordinal);
        var (exit, _, messages) = Run("xyz");
        Assert.Equal(2, exit);
        Assert.Contains("knows no character", messages, StringComparison.Ordinal);
    }

    [Fact]
    public void The_shipped_model_writes_without_a_download()
    {
        var (results, messages) = (new StringWriter(), new StringWriter());
        int exit = CommandLine.Run(["generate", "ROMEO:", "--max", "60", "--seed", "1"], new CommandContext { Results = results, Messages = messages });
        Assert.Equal((0, ""), (exit, messages.ToString()));
        Assert.StartsWith("ROMEO:", results.ToString(), StringComparison.Ordinal);
        string shipped = Path.Combine(Goldens.Root, "models", "shakespeare");
        Assert.InRange(new DirectoryInfo(shipped).EnumerateFiles().Sum(file => file.Length), 1, 6_000_000);
        // a sonnet, which the plays do not hold; guessing costs 4.2
        long[] ids = [.. Tokenizer.FromPretrained(shipped).EncodeToIds("Rough winds do shake the darling buds of May,\nAnd summer's lease hath all too short a date:\n").Select(id => (long)id)];
        using var quiet = Autograd.NoGrad();
        double loss = Gpt2LMHeadModel.FromPretrained(shipped).Forward(Tensor.From(ids[..^1]).Reshape(1, -1))[0].CrossEntropy(Tensor.From(ids[1..])).Item();
        Assert.InRange(loss, 1, 2.6);
    }

    [Theory]
    [InlineData("--temperature", "-1")]
    [InlineData("--top-p", "2")]
    [InlineData("--top-k", "many")]
    [InlineData("--max", "0")]
    [InlineData("--seed", "x")]
    public void Nonsense_is_refused_in_one_line(string option, string value)
    {
        var (exit, _, messages) = Run("a", option, value);
        Assert.Equal(2, exit);
        Assert.Single(messages.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains(value, messages, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_that_cannot_generate_is_named()
    {
        folder.Write("config.json", """{"model_type": "bert"}""");
        var (exit, _, messages) = Run("a");
        Assert.Equal(2, exit);
        Assert.Contains("'bert'", messages, StringComparison.Ordinal);
    }
}
