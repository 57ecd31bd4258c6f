using Baeum.Text;
using CsCheck;

namespace Baeum.Tests;

public class ScoringTests
{
    [Fact]
    public void Vectors_and_sets_compare_by_their_formulas()
    {
        Assert.Equal(0.6, Similarity.Cosine([3, 4], [5, 0]), 1e-15);
        Assert.Equal(0, Similarity.Cosine([0, 0], [5, 0]));
        Assert.Equal(5, Similarity.Euclidean([0, 0], [3, 4]));
        Assert.Equal(2.0 / 4, Similarity.Jaccard("abc", "bcd"));
        Assert.Throws<ArgumentException>(() => Similarity.Dot([1], [1, 2]));
    }

    [Theory]
    [InlineData("kitten", "sitting", 3)]
    [InlineData("", "abc", 3)]
    [InlineData("강", "간", 1)]
    [InlineData("same", "same", 0)]
    public void Edit_distance_counts_the_least_changes(string from, string to, int distance) => Assert.Equal(distance, EditDistance.Levenshtein(from, to));

    [Fact]
    public void On_letters_a_syllable_changes_in_part()
    {
        Assert.Equal(1, EditDistance.LevenshteinOfJamo("강아지", "간아지"));
        Assert.Equal(3, EditDistance.LevenshteinOfJamo("각", "늘"));
    }

    [Fact]
    public void Distance_table_and_path_agree_and_the_path_leads_there() =>
        Gen.Select(Gen.String[Gen.Char["abc"], 0, 9], Gen.String[Gen.Char["abc"], 0, 9]).Sample((from, to) =>
        {
            int distance = EditDistance.Levenshtein(from, to);
            char[] a = from.ToCharArray(), b = to.ToCharArray();
            Assert.Equal(distance, EditDistance.Table(a, b)[a.Length, b.Length]);
            Assert.Equal(distance, EditDistance.Levenshtein(to, from));
            var path = EditDistance.Path(a, b);
            Assert.Equal(distance, path.Count(step => step.Kind != EditKind.Keep));
            Assert.Equal(to, string.Concat(path.Where(step => step.Kind != EditKind.Delete).Select(step => step.Kind == EditKind.Keep ? a[step.From] : b[step.To])));
        });

    [Theory]
    [InlineData("Hello, \"world\" 3,000.50 a-b 5-3 U.S.", "Hello , \" world \" 3,000.50 a-b 5 - 3 U . S .")]
    [InlineData("&quot;x&quot; &amp;lt; <skipped>y-\nz", "\" x \" < yz")]
    public void The_standard_tokens_are_those_of_mteval_13a(string line, string tokens) => Assert.Equal(tokens, string.Join(' ', BleuTokenizer.Mteval13A(line)));

    [Theory]
    [InlineData("값은 3,000원(€5)이다.", "값은 3,000원 ( € 5 ) 이다 .")]
    [InlineData("a😀b 1.5 x.y", "a 😀 b 1.5 x . y")]
    public void International_tokens_follow_unicode(string line, string tokens) => Assert.Equal(tokens, string.Join(' ', BleuTokenizer.International(line)));

    [Fact]
    public void A_perfect_translation_scores_a_hundred_and_an_unrelated_one_nothing()
    {
        string[] reference = ["the cat sat on the mat today"];
        Assert.Equal(100, Bleu.Corpus(reference, [reference]).Score, 1e-12);
        Assert.Equal(100, Chrf.Corpus(reference, [reference], 2), 1e-12);
        Assert.Equal(0, Bleu.Corpus(["x y z"], [reference]).Score);
        Assert.Equal(0, Chrf.Corpus(["zzz"], [["abc"]]));
        Assert.Equal(100, Bleu.Sentence("two words", ["two words"]).Score, 1e-12);
        Assert.Equal(Math.Exp(1 - 7.0 / 4), Bleu.Corpus(["the cat sat on"], [reference]).BrevityPenalty, 1e-15);
        Assert.Throws<ArgumentException>(() => Bleu.Corpus(["a"], []));
        Assert.Throws<ArgumentException>(() => Chrf.Corpus(["a"], [["a", "b"]]));
    }

    [Fact]
    public void Rouge_sees_korean_when_it_is_given_words()
    {
        Assert.Equal(0, Rouge.N(1, "고양이가 잔다", "고양이가 논다").F1);
        Assert.Equal(0.5, Rouge.N(1, "고양이가 잔다", "고양이가 논다", TextCleaner.Words).F1);
        Assert.Equal(new RougeScore(1, 2.0 / 3, 0.8), Rouge.L("a c", "a b c"));
    }

    [Fact]
    public void Entities_are_found_as_the_conll_script_finds_them()
    {
        Assert.Equal([new Entity("PS", 0, 1), new Entity("LC", 2, 2), new Entity("LC", 4, 4)], Metrics.Entities(["B-PS", "I-PS", "I-LC", "O", "B-LC"]));
        Assert.Equal([new Entity("LC", 0, 0), new Entity("LC", 1, 1)], Metrics.Entities(["B-LC", "B-LC"]));
        EntityReport report = Metrics.EntityScores([["B-PS", "I-PS", "O"]], [["B-PS", "O", "B-LC"]]);
        Assert.Equal(default, report.Micro);
        Assert.Equal(["LC", "PS"], report.PerKind.Select(kind => kind.Kind));
        Assert.Throws<ArgumentException>(() => Metrics.EntityScores([["O"]], [["O", "O"]]));
    }

    [Fact]
    public void Bm25_is_its_formula_and_prefers_rare_words()
    {
        var index = new Bm25([["cat", "cat", "dog"], ["dog"], ["bird", "dog"]]);
        double idf = Math.Log(1 + 2.5 / 1.5);
        Assert.Equal(idf * 2 * 2.2 / (2 + 1.2 * (0.25 + 0.75 * 3 / 2)), index.Scores(["cat"])[0], 1e-12);
        Assert.Equal([2, 1, 0], index.Search(["dog", "bird"]).Select(hit => hit.Document));
        Assert.Empty(index.Search(["fish"]));
    }

    [Fact]
    public void Votes_sum_to_one_and_go_to_what_is_linked()
    {
        double[] shares = TextRank.PageRank(new double[,] { { 0, 1, 0 }, { 1, 0, 1 }, { 0, 1, 0 } });
        Assert.Equal(1, shares.Sum(), 1e-9);
        // by hand: the ends get 0.05 + 0.425 of the middle, the middle 0.05 + 0.85 of both
        Assert.Equal((0.05 + 0.85 * 0.1 + 0) / (1 - 0.85 * 0.85), shares[1], 1e-9);
        Assert.Equal("model", TextRank.Keywords([["data", "model"], ["model", "loss"], ["loss", "model", "test"]], 2)[0].Word);
        Assert.Equal([1], TextRank.Summary([["sun"], ["cat", "dog"], ["cat", "bird"], ["dog", "fish"]], 1));
        Assert.Throws<ArgumentException>(() => TextRank.PageRank(new double[,] { { -1 } }));
    }
}
