using Baeum.Text;

namespace Baeum.Tests.Text;

/// <summary>Small tokenizers of every kind that has a short cut, and texts that tokenizers stumble over.</summary>
internal static class TokenizerSamples
{
    internal static string[] Awkward { get; } =
    [
        "", " ", "Hello, world!", "  two  spaces\tand a tab\nnew line\r\n", "안녕하세요. 오늘은 딥러닝을 배웁니다!", "가각갂ㅎㅏㄴ 자모와 완성형", "naïve café résumé Ångström ﬁ ﬂ",
        "中文和日本語も少し", "emoji 👩‍👩‍👧‍👦 🇰🇷 🏳️‍🌈 👍🏽", "x = 3.14159; y=-2e10 // comment", "don't can't we'll I'm he's they'd IT'S", "https://example.com/a?b=c&d=%20#frag",
        "1234567890 12,345.67 ½ ² Ⅳ", "\u200bzero\u200bwidth \ufeffbom \u00a0nbsp", "control\u0000\u0007chars", "<s> </s> [CLS] [SEP] [MASK] <pad> <unk> <|endoftext|>", new string('a', 300),
        "ㅋㅋㅋㅋ ㅠㅠ 헐~~ ^^", "def f(x):\n    return x**2  # 제곱\n", "😀𐍈", "é decomposed e\u0301 \u1112\u1161\u11ab decomposed 한", "．．．full\u3000width\u3000ＡＢＣ１２３", "▁already▁signed ▁ ▁▁x", "\ud800 half \udc00",
        "\u2260 \u037e \u226e \u1fef \u0130stanbul \u01c5", "\ufffe\uffff\ufdd0", "a\u0301\u0323b\u0323\u0301", "\n\n\n  \r\n x", "[CLS][CLS] [MASK]x x[MASK]", "𝐀𝐁 𠀀𠀁 𝟘𝟙 x𝐀",
    ];

    internal static Tokenizer Golden(string name) => Tokenizer.FromFile(Goldens.Path($"tokenizers/{name}.tokenizer.json"));

    /// <summary>Byte-level BPE with a regular expression of its own.</summary>
    internal static Tokenizer ByteLevel(PreTokenizer preTokenizer, Normalizer? normalizer = null)
    {
        Tokenizer golden = Golden("gpt2-bytelevel-bpe");
        return new Tokenizer(golden.Model, normalizer, preTokenizer, null, new ByteLevelDecoder(), golden.AddedTokens);
    }

    /// <summary>BPE over signs for spaces, with bytes for what it does not know, as Llama 2 has it.</summary>
    internal static Tokenizer Llama(Normalizer? normalizer, PreTokenizer? preTokenizer, bool normalizedTokens = false)
    {
        var vocabulary = new Dictionary<string, int>(StringComparer.Ordinal) { ["<unk>"] = 0, ["<s>"] = 1, ["</s>"] = 2 };
        for (int i = 0; i < 256; i++)
            vocabulary[$"<0x{i:X2}>"] = vocabulary.Count;
        foreach (char letter in "▁abcdefghijklmnopqrstuvwxyzHIT가나다안녕하세요")
            vocabulary[letter.ToString()] = vocabulary.Count;
        (string, string)[] merges = [("▁", "▁"), ("l", "o"), ("▁", "w"), ("h", "e"), ("l", "lo"), ("안", "녕"), ("▁▁", "▁▁"), ("▁w", "o"), ("▁", "he"), ("하", "세"), ("하세", "요"), ("o", "r"), ("a", "a"), ("aa", "aa")];
        foreach ((string left, string right) in merges)
            vocabulary.TryAdd(left + right, vocabulary.Count);
        return new Tokenizer(new BpeModel(vocabulary, merges, new BpeOptions(Unknown: "<unk>", FuseUnknown: true, ByteFallback: true)), normalizer, preTokenizer,
            TemplatePostProcessor.Around(new("<s>", 1), null),
            new DecoderSequence(new ReplaceDecoder("▁", " "), new ByteFallbackDecoder(), new FuseDecoder(), new StripDecoder(new System.Text.Rune(' '), 1, 0)),
            [new AddedToken("<s>", 1, Special: true, Normalized: normalizedTokens), new AddedToken("</s>", 2, Special: true, StripRight: true)]);
    }
}
