using Baeum.Inference;
using Baeum.Models;
using Baeum.Text;

namespace Baeum.Tests.Models;

public sealed class TextStreamTests
{
    private static readonly Tokenizer Letters = Tokenizer.FromCharacters("abcdef\n");

    [Fact]
    public void Characters_are_tokens_and_survive_a_file()
    {
        using var folder = new TemporaryFolder();
        Tokenizer tokenizer = Tokenizer.FromCharacters("배움 배움\nab😀");
        Assert.Equal(7, tokenizer.VocabularySize);
        Assert.Equal([0, 1, 2, 3, 4, 5, 6], tokenizer.EncodeToIds("\n ab배움😀").Order());
        string path = System.IO.Path.Combine(folder.Path, "tokenizer.json");
        tokenizer.Save(path);
        Tokenizer again = Tokenizer.FromFile(path);
        Assert.Equal(tokenizer.EncodeToIds("배움 ab\n😀"), again.EncodeToIds("배움 ab\n😀"));
        Assert.Equal("배움 ab\n😀", again.Decode(again.EncodeToIds("배움 ab\n😀")));
        Assert.Equal(" b", again.Decode(again.EncodeToIds("x ybz")));
    }

    [Fact]
    public void What_may_begin_a_stop_string_is_held_back_until_it_is_none()
    {
        var stream = new TextStream(Letters, stopStrings: ["abc", "\n\n"]);
        string[] parts = [.. Letters.EncodeToIds("fabaab\nd\n\nf").Select(stream.Add)];
        Assert.Equal(["f", "", "", "ab", "a", "", "ab", "\nd", "", "", ""], parts);
        Assert.True(stream.IsStopped);
        Assert.Equal("", stream.Finish());
    }

    [Fact]
    public void What_is_held_back_at_the_end_belongs_to_the_text()
    {
        var stream = new TextStream(Letters, stopStrings: ["abc"]);
        Assert.Equal("fab", string.Concat(Letters.EncodeToIds("fab").Select(stream.Add)) + stream.Finish());
        Assert.False(stream.IsStopped);
        Assert.Throws<ArgumentException>(() => new TextStream(Letters, stopStrings: [""]));
    }

    [Fact]
    public void Half_characters_are_never_shown()
    {
        // 256 bytes and no merge: a syllable is three tokens
        var bytes = new TokenizerTrainer { Kind = TokenizerKind.ByteBpe, VocabularySize = 400 }.Train(["배움 배움 배움"]);
        int[] prompt = bytes.EncodeToIds("x"), ids = bytes.EncodeToIds(" 강😀");
        Assert.True(ids.Length > 3);
        var stream = new TextStream(bytes, prompt);
        string[] parts = [.. ids.Select(stream.Add), stream.Finish()];
        Assert.Equal(" 강😀", string.Concat(parts));
        Assert.All(parts, part => Assert.DoesNotContain('\uFFFD', part));
    }

    [Fact]
    public void A_text_goes_on_beyond_the_models_positions_and_ends_where_it_should()
    {
        var model = new Gpt2LMHeadModel(ParamScope.Random(3), new Gpt2Config(Letters.VocabularySize, 8, 16, 2, 2, InitializerRange: 0.6));
        var options = new GenerationOptions { MaxNewTokens = 50, Sample = true, Generator = new PhiloxRandom(1) };
        var parts = new List<string>();
        string text = TextGenerator.Continue(model, Letters, "abc", options, onText: parts.Add);
        Assert.Equal(50, text.Length);
        Assert.Equal(text, string.Concat(parts));
        string stop = text[20..23];
        int end = text.IndexOf(stop, StringComparison.Ordinal);
        Assert.Equal(text[..end], TextGenerator.Continue(model, Letters, "abc", options with { Generator = new PhiloxRandom(1) }, [stop]));
        using var cancelled = new CancellationTokenSource();
        string cut = TextGenerator.Continue(model, Letters, "abc", options with { Generator = new PhiloxRandom(1) }, onText: _ => cancelled.Cancel(), cancellation: cancelled.Token);
        Assert.InRange(cut.Length, 1, 2);
        Assert.Contains("no piece", Assert.Throws<ArgumentException>(() => TextGenerator.Continue(model, Letters, "xyz", options)).Message, StringComparison.Ordinal);
    }
}
