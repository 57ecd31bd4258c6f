using System.Text.Json;
using Baeum.Text;

namespace Baeum.Tests.Text;

/// <summary>Each stage by itself: what the reference implementation's documentation says of it.</summary>
public class TokenizerStageTests
{
    [Theory]
    [InlineData("""{"type":"NFC"}""", "e\u0301\u1112\u1161\u11ab", "é한")]
    [InlineData("""{"type":"NFD"}""", "é한", "e\u0301\u1112\u1161\u11ab")]
    [InlineData("""{"type":"NFKC"}""", "ﬁ①Ａ", "fi1A")]
    [InlineData("""{"type":"NFKD"}""", "ﬁé", "fie\u0301")]
    [InlineData("""{"type":"Lowercase"}""", "ÀİB𐐀", "ài\u0307b𐐨")]
    [InlineData("""{"type":"StripAccents"}""", "e\u0301a", "ea")]
    [InlineData("""{"type":"Strip","strip_left":true,"strip_right":false}""", "\u3000 a ", "a ")]
    [InlineData("""{"type":"Strip","strip_left":true,"strip_right":true}""", "   ", "")]
    [InlineData("""{"type":"Prepend","prepend":"▁"}""", "a", "▁a")]
    [InlineData("""{"type":"Prepend","prepend":"▁"}""", "", "")]
    [InlineData("""{"type":"Replace","pattern":{"String":"aa"},"content":"b"}""", "aaaXa", "baXa")]
    [InlineData("""{"type":"Replace","pattern":{"Regex":" {2,}"},"content":" "}""", "a   b c", "a b c")]
    [InlineData("""{"type":"Nmt"}""", "a\tb\u0007c\u200b", "a bc ")]
    [InlineData("""{"type":"ByteLevel"}""", "a 한", "aĠíķľ")]
    [InlineData("""{"type":"BertNormalizer","clean_text":true,"handle_chinese_chars":true,"strip_accents":null,"lowercase":true}""", "Ça\u0000 漢\t字", "ca  漢   字 ")]
    [InlineData("""{"type":"BertNormalizer","clean_text":false,"handle_chinese_chars":false,"strip_accents":null,"lowercase":false}""", "Ça\t漢", "Ça\t漢")]
    [InlineData("""{"type":"Sequence","normalizers":[{"type":"NFD"},{"type":"StripAccents"},{"type":"Lowercase"}]}""", "Éa", "ea")]
    public void Normalizers(string json, string text, string wanted)
    {
        Normalizer normalizer = Part(json, TokenizerParts.Normalizer);
        Assert.Equal(wanted, normalizer.Normalize(text));
        Assert.Equal(wanted, Again(normalizer.Write, TokenizerParts.Normalizer).Normalize(text));
    }

    [Theory]
    [InlineData("""{"type":"BertPreTokenizer"}""", "Hey friend!  How", "Hey|friend|!|How")]
    [InlineData("""{"type":"Whitespace"}""", "Hey_1 it's… 한국", "Hey_1|it|'|s|…|한국")]
    [InlineData("""{"type":"WhitespaceSplit"}""", " a,b\u3000c ", "a,b|c")]
    [InlineData("""{"type":"Punctuation","behavior":"Isolated"}""", "a,,b", "a|,|,|b")]
    [InlineData("""{"type":"Punctuation","behavior":"Contiguous"}""", "a,,b", "a|,,|b")]
    [InlineData("""{"type":"Punctuation"}""", "a+b。", "a|+|b|。")]
    [InlineData("""{"type":"Digits","individual_digits":true}""", "a12", "a|1|2")]
    [InlineData("""{"type":"Digits","individual_digits":false}""", "a12½b", "a|12½|b")]
    [InlineData("""{"type":"CharDelimiterSplit","delimiter":"x"}""", "axxb", "a|b")]
    [InlineData("""{"type":"FixedLength","length":2}""", "a😀bcd", "a😀|bc|d")]
    [InlineData("""{"type":"ByteLevel","add_prefix_space":true,"trim_offsets":true,"use_regex":true}""", "a b  c", "Ġa|Ġb|Ġ|Ġc")]
    [InlineData("""{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,"use_regex":false}""", "a b", "aĠb")]
    [InlineData("""{"type":"Metaspace","replacement":"▁","prepend_scheme":"always","split":true}""", "a  b", "▁a|▁|▁b")]
    [InlineData("""{"type":"Metaspace","replacement":"_","prepend_scheme":"never","split":true}""", "a b", "a|_b")]
    [InlineData("""{"type":"Metaspace","replacement":"▁","add_prefix_space":true}""", " a", "▁a")]
    [InlineData("""{"type":"Metaspace","replacement":"▁","prepend_scheme":"first","split":false}""", "a b", "▁a▁b")]
    [InlineData("""{"type":"Split","pattern":{"String":"-"},"behavior":"Removed","invert":false}""", "the-final--countdown", "the|final|countdown")]
    [InlineData("""{"type":"Split","pattern":{"String":"-"},"behavior":"Isolated","invert":false}""", "the-final--countdown", "the|-|final|-|-|countdown")]
    [InlineData("""{"type":"Split","pattern":{"String":"-"},"behavior":"MergedWithPrevious","invert":false}""", "the-final--countdown", "the-|final-|-|countdown")]
    [InlineData("""{"type":"Split","pattern":{"String":"-"},"behavior":"MergedWithNext","invert":false}""", "the-final--countdown", "the|-final|-|-countdown")]
    [InlineData("""{"type":"Split","pattern":{"String":"-"},"behavior":"Contiguous","invert":false}""", "the-final--countdown", "the|-|final|--|countdown")]
    [InlineData("""{"type":"Split","pattern":{"Regex":"[a-z]+"},"behavior":"Removed","invert":true}""", "ab1cd", "ab|cd")]
    [InlineData("""{"type":"Split","pattern":{"Regex":"\\p{L}++"},"behavior":"Isolated","invert":false}""", "𝐀b1𠀀", "𝐀b|1|𠀀")]
    [InlineData("""{"type":"Split","pattern":{"Regex":"[\\p{Han}]+"},"behavior":"Isolated","invert":false}""", "a漢字b", "a|漢字|b")]
    [InlineData("""{"type":"Split","pattern":{"Regex":"(?i:ab)?+c|[^\\h]"},"behavior":"Removed","invert":true}""", "ABcxc", "ABc|x|c")]
    [InlineData("""{"type":"UnicodeScripts"}""", "abc한글かな漢字 x", "abc|한글|かな漢字 |x")]
    [InlineData("""{"type":"Sequence","pretokenizers":[{"type":"WhitespaceSplit"},{"type":"Digits","individual_digits":true}]}""", "a1 b2", "a|1|b|2")]
    public void PreTokenizers(string json, string text, string wanted)
    {
        PreTokenizer preTokenizer = Part(json, TokenizerParts.PreTokenizer);
        Assert.Equal(wanted, string.Join('|', preTokenizer.Split(text).Select(word => word.Word)));
        Assert.Equal(wanted, string.Join('|', Again(preTokenizer.Write, TokenizerParts.PreTokenizer).Split(text).Select(word => word.Word)));
    }

    [Theory]
    [InlineData("""{"type":"ByteLevel","add_prefix_space":true,"trim_offsets":true,"use_regex":true}""", "íķ|ľĠ|a", "한 a")]
    [InlineData("""{"type":"ByteLevel"}""", "íķ|a", "\uFFFDa")]
    [InlineData("""{"type":"WordPiece","prefix":"##","cleanup":true}""", "hel|##lo|,|do|n't|go|!", "hello, don't go!")]
    [InlineData("""{"type":"WordPiece","prefix":"##","cleanup":false}""", "hel|##lo|,", "hello ,")]
    [InlineData("""{"type":"BPEDecoder","suffix":"</w>"}""", "he|llo</w>|you</w>", "hello you")]
    [InlineData("""{"type":"Metaspace","replacement":"▁","prepend_scheme":"always","split":true}""", "▁a|▁b▁", "a b ")]
    [InlineData("""{"type":"Metaspace","replacement":"▁","prepend_scheme":"never","split":true}""", "▁a|▁b", " a b")]
    [InlineData("""{"type":"ByteFallback"}""", "a|<0xED>|<0x95>|<0x9C>|b|<0xED>|<0x95>", "a한b\uFFFD\uFFFD")]
    [InlineData("""{"type":"Fuse"}""", "a|b", "ab")]
    [InlineData("""{"type":"Replace","pattern":{"String":"▁"},"content":" "}""", "▁a|b▁", " ab ")]
    [InlineData("""{"type":"Replace","pattern":{"Regex":"[0-9]+"},"content":"#"}""", "a12b", "a#b")]
    [InlineData("""{"type":"Strip","content":" ","start":1,"stop":2}""", "  a   ", " a ")]
    [InlineData("""{"type":"Strip","content":"H","start":2,"stop":2}""", "H|HHH", "")]
    [InlineData("""{"type":"CTC","pad_token":"<pad>","word_delimiter_token":"|","cleanup":true}""", "<pad>|h|h|e|l|<pad>|l|o", "hello")]
    [InlineData("""{"type":"Sequence","decoders":[{"type":"Replace","pattern":{"String":"▁"},"content":" "},{"type":"ByteFallback"},{"type":"Fuse"},{"type":"Strip","content":" ","start":1,"stop":0}]}""", "▁a|<0x0A>|▁b", "a\n b")]
    public void Decoders(string json, string tokens, string wanted)
    {
        Decoder decoder = Part(json, TokenizerParts.Decoder);
        Assert.Equal(wanted, decoder.Decode(tokens.Split('|')));
        Assert.Equal(wanted, Again(decoder.Write, TokenizerParts.Decoder).Decode(tokens.Split('|')));
    }

    [Theory]
    [InlineData("normalizer", """{"type":"Upper"}""", "'Upper' is unknown", "BertNormalizer")]
    [InlineData("pre_tokenizer", """{"type":"Split","pattern":{"Regex":"("},"behavior":"Removed","invert":false}""", "pre_tokenizer.pattern", "not understood")]
    [InlineData("pre_tokenizer", """{"type":"Split","pattern":{"Regex":"a"},"behavior":"Sideways"}""", "Sideways", "MergedWithNext")]
    [InlineData("post_processor", """{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"X","type_id":0}}],"pair":[],"special_tokens":{}}""", "'X'", "special tokens")]
    [InlineData("decoder", """{"type":"Strip","content":"ab"}""", "decoder.content", "one character")]
    [InlineData("model", """{"type":"BPE","vocab":{"a":0},"merges":["a b"]}""", "'b' is not in the vocabulary", "merge 0")]
    [InlineData("model", """{"type":"BPE","vocab":{"a":-1},"merges":[]}""", "-1", "ids run from 0")]
    [InlineData("model", """{"type":"BPE","vocab":{"a":2000000000},"merges":[]}""", "2000000000", "ids run from 0")]
    [InlineData("model", """{"type":"WordPiece","vocab":["a"]}""", "model.vocab", "object")]
    public void AnErrorNamesThePartAndTheReason(string part, string json, string place, string reason)
    {
        string model = part == "model" ? json : """{"type":"WordLevel","vocab":{"<unk>":0},"unk_token":"<unk>"}""";
        string rest = part == "model" ? "" : $", \"{part}\": {json}";
        var error = Assert.Throws<TokenizerException>(() => Tokenizer.FromJson(System.Text.Encoding.UTF8.GetBytes($"{{\"model\": {model}{rest}}}")));
        Assert.Contains(place, error.Message);
        Assert.Contains(reason, error.Message);
    }

    private static T Part<T>(string json, Func<JsonPart, T?> read) where T : class =>
        TokenizerJson.Parse(System.Text.Encoding.UTF8.GetBytes(json), root => read(root)!);

    private static T Again<T>(Action<Utf8JsonWriter> write, Func<JsonPart, T?> read) where T : class
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
            write(json);
        return TokenizerJson.Parse(stream.ToArray(), root => read(root)!);
    }
}
