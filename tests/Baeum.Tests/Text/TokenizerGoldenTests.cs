using System.Globalization;
using Baeum.Cli;
using Baeum.Text;

namespace Baeum.Tests.Text;

/// <summary>The goldens are held by <c>baeum verify</c>; here it runs over those that the repository has, and over the real vocabularies where they are.</summary>
public class TokenizerGoldenTests
{
    [Theory]
    [InlineData("bert-wordpiece-cased")]
    [InlineData("bert-wordpiece-uncased")]
    [InlineData("gpt2-bytelevel-bpe")]
    [InlineData("llama-sp-bpe-bytefallback")]
    [InlineData("t5-sp-unigram")]
    [InlineData("t5-unigram")]
    public void TrainedTokenizersGiveWhatTheReferenceGives(string name) => AssertVerified(Goldens.Folder, $"tokenizers/{name}/*", atLeast: 24);

    [Fact]
    public void RealVocabulariesGiveWhatTheReferenceGives()
    {
        string book = SharedData.Path("goldens/tokenizers/real-vocabularies.json");
        SharedData.Path("data/tokenizers/gpt2.vocab.bpe");
        AssertVerified(Path.GetFullPath(Path.Combine(Path.GetDirectoryName(book)!, "..")), "tokenizers/real-vocabularies/*", atLeast: 1106);
    }

    [Fact]
    public void AWholeSourceFileGivesOpenAIsTokens()
    {
        string text = File.ReadAllText(SharedData.Path("data/tokenizer-goldens/gpt2_lib.rs.txt"));
        int[] wanted = [.. File.ReadAllText(SharedData.Path("data/tokenizer-goldens/gpt2_lib.rs.tokens.json")).Trim().Trim('[', ']').Split(',').Select(id => int.Parse(id, CultureInfo.InvariantCulture))];
        Tokenizer tokenizer = Tokenizer.FromBpeVocabulary(SharedData.Path("data/tokenizers/gpt2.encoder.json"), SharedData.Path("data/tokenizers/gpt2.vocab.bpe"));
        Assert.Equal(wanted, tokenizer.EncodeToIds(text));
        Assert.Equal(text, tokenizer.Decode(wanted));
    }

    private static void AssertVerified(string folder, string only, int atLeast)
    {
        var results = new StringWriter();
        var context = new CommandContext { Results = results, Messages = new StringWriter() };
        CommandLine.Run(["verify", folder, "--only", only], context);
        string[] lines = results.ToString().Split('\n');
        Assert.Empty(lines.Where(line => line.StartsWith('✗')).Take(5));
        Assert.True(lines.Count(line => line.StartsWith('✓')) >= atLeast, $"only {lines.Count(line => line.StartsWith('✓'))} comparisons ran");
    }
}
