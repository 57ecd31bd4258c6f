using Baeum.Text;
using CsCheck;

namespace Baeum.Tests;

public sealed class UnigramTests
{
    private static readonly Gen<(string[] Pieces, double[] Scores)> Vocabularies =
        from texts in Gen.String[Gen.Char["ab한글"], 1, 4].Array[1, 12]
        let distinct = texts.Distinct().ToArray()
        from scores in Gen.Double[-8, -0.5].Array[distinct.Length]
        select (distinct, scores);

    [Fact]
    public void TheBestPathIsFound() =>
        Gen.Select(Vocabularies, Gen.String[Gen.Char["ab한글c"], 1, 12]).Sample((vocabulary, text) =>
        {
            (string[] pieces, double[] scores) = vocabulary;
            var search = new UnigramSearch(new PieceTrie(pieces.Select(KeyValuePair.Create)), scores, -30, single: false);
            var memory = new SegmentMemory();
            double score = 0;
            search.Run(text, ref score, memory);
            int at = 0;
            double sum = 0;
            foreach (PathPiece piece in memory.Path)
            {
                if (piece.Id >= 0)
                    Assert.Equal(pieces[piece.Id], text.Substring(at, piece.Length));
                sum += piece.Id >= 0 ? scores[piece.Id] : -30;
                at += piece.Length;
            }
            Assert.Equal(text.Length, at);
            Assert.Equal(sum, score, 1e-9);
            Assert.Equal(Best(text, pieces, scores), score, 1e-9);
        }, iter: 2_000);

    [Fact]
    public void TheTrieKnowsItsEntriesAndNothingElse() =>
        Gen.Select(Gen.String[Gen.Char["abc가나"], 1, 5].Array[0, 40], Gen.String[Gen.Char["abc가나다"], 0, 6]).Sample((texts, probe) =>
        {
            string[] entries = [.. texts.Distinct()];
            var trie = new PieceTrie(entries.Select(KeyValuePair.Create));
            Assert.All(entries, (entry, id) => Assert.Equal(id, trie.Find(entry)));
            Assert.Equal(Array.IndexOf(entries, probe), trie.Find(probe));
            Assert.Equal(entries.Where(entry => probe.StartsWith(entry, StringComparison.Ordinal)).Select(entry => entry.Length).DefaultIfEmpty(0).Max(), trie.LongestPrefix(probe));
        }, iter: 1_000);

    [Fact]
    public void ALongTextWithoutCutsIsTheSameInStretches()
    {
        // pieces overlap everywhere, so that no place is a cut until far beyond a stretch; then cuts follow often
        string text = new string('a', 9_001) + string.Concat(Enumerable.Repeat("ab", 3_000));
        var search = new UnigramSearch(new PieceTrie([new("a", 0), new("aa", 1), new("b", 2)]), [-2, -3, -1], -30, single: false);
        var memory = new SegmentMemory();
        double score = 0;
        search.Run(text, ref score, memory);
        Assert.Equal(text.Length, memory.Path.ToArray().Sum(piece => piece.Length));
        // 9,002 letters a in a row, two by two; then b and a in turn
        Assert.Equal((4_501 * -3) + (3_000 * -1) + (2_999 * -2), score, 1e-6);
    }

    [Fact]
    public void UnknownNeighboursAreOneToken()
    {
        Tokenizer tokenizer = new(new UnigramModel([("<unk>", 0), ("a", -1), ("b", -2), ("ab", -2.5)], 0));
        Encoding encoding = tokenizer.Encode("abxyzb");
        Assert.Equal(["ab", "xyz", "b"], encoding.Tokens);
        Assert.Equal([3, 0, 2], encoding.Ids);
        Assert.Equal([(0, 2), (2, 5), (5, 6)], encoding.Offsets);
        Assert.Equal([3, 0, 2], tokenizer.EncodeToIds("abxyzb"));
    }

    [Fact]
    public void BytesStandInForUnknownCharactersWhereAllOfThemArePieces()
    {
        IEnumerable<(string, double)> pieces = [("<unk>", 0), ("a", -1), .. Enumerable.Range(0, 256).Select(b => ($"<0x{b:X2}>", -10.0))];
        Tokenizer tokenizer = new(new UnigramModel(pieces, 0, byteFallback: true));
        Assert.Equal(["a", "<0xEA>", "<0xB0>", "<0x80>", "a"], tokenizer.Encode("a가a").Tokens);
        tokenizer = new(new UnigramModel(pieces.SkipLast(1), 0, byteFallback: true));
        Assert.Equal(["a", "가", "a"], tokenizer.Encode("a가a").Tokens);
    }

    [Fact]
    public void WithoutAPieceForItUnknownTextIsAnError()
    {
        Tokenizer tokenizer = new(new UnigramModel([("a", -1)], null));
        Assert.Contains("'x'", Assert.Throws<TokenizerException>(() => tokenizer.Encode("ax")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"type":"Unigram","unk_id":5,"vocab":[["a",-1]]}""")]
    [InlineData("""{"type":"Unigram","unk_id":0,"vocab":[]}""")]
    [InlineData("""{"type":"Unigram","unk_id":0,"vocab":[["a"]]}""")]
    [InlineData("""{"type":"Unigram","unk_id":0,"vocab":[["",0]]}""")]
    [InlineData("""{"type":"Unigram","unk_id":0,"vocab":[["a","b"]]}""")]
    [InlineData("""{"type":"Unigram","unk_id":0}""")]
    public void BrokenModelsAreRefused(string model)
    {
        byte[] json = System.Text.Encoding.UTF8.GetBytes($$"""{"model":{{model}}}""");
        Assert.Contains("model", Assert.Throws<TokenizerException>(() => Tokenizer.FromJson(json)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void APrecompiledMapRewritesAndAligns()
    {
        byte[] map = SentencePieceBuilder.Map(('A', "a"), ('S', "ss"), ('-', ""));
        var normalizer = new PrecompiledNormalizer(map);
        Assert.Equal("axssb", normalizer.Normalize("Ax-Sb"));
        var tokenizer = new Tokenizer(new UnigramModel([("<unk>", 0), ("a", -1), ("s", -1), ("x", -1)], 0), normalizer);
        Encoding encoding = tokenizer.Encode("xASx-x");
        Assert.Equal(["x", "a", "s", "s", "x", "x"], encoding.Tokens);
        Assert.Equal([(0, 1), (1, 2), (2, 3), (2, 3), (3, 4), (5, 6)], encoding.Offsets);
        using var stream = new MemoryStream();
        tokenizer.Save(stream);
        Assert.Equal(encoding.Ids, Tokenizer.FromJson(stream.ToArray()).Encode("xASx-x").Ids);
    }

    private static double Best(string text, string[] pieces, double[] scores)
    {
        var best = new double[text.Length + 1];
        for (int end = 1; end <= text.Length; end++)
        {
            best[end] = pieces.Contains(text.Substring(end - 1, 1)) ? double.NegativeInfinity : best[end - 1] - 30;
            for (int id = 0; id < pieces.Length; id++)
            {
                if (text.AsSpan(0, end).EndsWith(pieces[id], StringComparison.Ordinal))
                    best[end] = Math.Max(best[end], best[end - pieces[id].Length] + scores[id]);
            }
        }
        return best[text.Length];
    }
}
