using Baeum.Text;
using CsCheck;

namespace Baeum.Tests;

public class CountingTests
{
    private static readonly string[] Texts = ["the cat sat on the mat", "the dog sat", "a cat and a dog"];

    [Fact]
    public void A_vocabulary_numbers_words_by_frequency_behind_the_special_ones()
    {
        Vocabulary words = Vocabulary.Build(Texts.Select(text => text.Split(' ')), special: ["<pad>", "<unk>"], unknown: "<unk>", maxSize: 5);
        Assert.Equal(["<pad>", "<unk>", "the", "cat", "sat"], words.Words);
        Assert.Equal([2, 1, 4], words.Encode(["the", "bird", "sat"]));
        Assert.Equal(["the", "<unk>"], words.Decode([2, 1]));
        Assert.Equal([3], Vocabulary.Build([["a", "b", "c", "d"]]).Encode(["d", "z"]));
        Assert.Throws<ArgumentException>(() => new Vocabulary(["a", "a"]));
        Assert.Throws<ArgumentOutOfRangeException>(() => words[5]);
    }

    [Fact]
    public void Padding_fills_and_cuts_on_the_side_asked_for()
    {
        int[][] rows = [[1, 2, 3], [4]];
        Assert.Equal(new[,] { { 1, 2, 3 }, { 4, 0, 0 } }, Sequences.Pad(rows));
        Assert.Equal(new[,] { { 1, 2 }, { 9, 4 } }, Sequences.Pad(rows, 2, value: 9, left: true));
        Assert.Equal(new[,] { { 2, 3 }, { 4, 0 } }, Sequences.Pad(rows, 2, cutLeft: true));
    }

    [Fact]
    public void Words_are_those_of_scikit_learn()
    {
        Assert.Equal(["don", "it", "s_2", "é", "딥러닝"], TextAnalyzer.Words(1).Terms("Don 'it s_2 É! 딥러닝"));
        Assert.Equal(["don", "it", "s_2", "딥러닝"], TextAnalyzer.Words().Terms("Don 'it s_2 É! 딥러닝"));
        Assert.Equal(["ab", "cd", "ef", "ab cd", "cd ef"], TextAnalyzer.Words(longest: 2).Terms("ab cd ef"));
        Assert.Equal([" h", "hi", "i ", " hi", "hi ", " a", "a ", " a "], TextAnalyzer.CharactersInWords(2, 3).Terms("Hi a"));
        Assert.Equal([" a "], TextAnalyzer.CharactersInWords(5, 6).Terms("a"));
        Assert.Equal(["a ", " 😀", "😀b"], TextAnalyzer.Characters(2, 2).Terms("a  😀b"));
    }

    [Fact]
    public void Counts_stand_in_the_order_of_code_points_and_rare_terms_can_be_left_out()
    {
        var vectorizer = new CountVectorizer();
        SparseMatrix counts = vectorizer.FitTransform(Texts);
        Assert.Equal(["and", "cat", "dog", "mat", "on", "sat", "the"], vectorizer.Vocabulary.Words);
        Assert.Equal(new double[,] { { 0, 1, 0, 1, 1, 1, 2 }, { 0, 0, 1, 0, 0, 1, 1 }, { 1, 1, 1, 0, 0, 0, 0 } }, counts.ToDense());
        Assert.Equal(new double[,] { { 0, 2, 0, 0, 0, 0, 0 } }, vectorizer.Transform(["cat cat bird"]).ToDense());
        var frequent = new CountVectorizer(minDocuments: 2);
        Assert.Equal(new double[,] { { 1, 0, 1, 2 }, { 0, 1, 1, 1 }, { 1, 1, 0, 0 } }, frequent.FitTransform(Texts).ToDense());
        var few = new CountVectorizer(maxTerms: 2);
        few.FitTransform(Texts);
        Assert.Equal(["cat", "the"], few.Vocabulary.Words);
        var high = new CountVectorizer(TextAnalyzer.Spaces());
        high.FitTransform(["\U0001F600 \uFF21"]);
        Assert.Equal(["\uFF21", "\U0001F600"], high.Vocabulary.Words);
    }

    [Fact]
    public void Counting_agrees_with_counting_by_hand() => Gen.Int[0, 9].Array[0, 12].Array[1, 8].Sample(documents =>
    {
        string[] texts = [.. documents.Select(document => string.Join(' ', document.Select(id => "w" + id)))];
        var vectorizer = new CountVectorizer(TextAnalyzer.Spaces());
        double[,] counts = vectorizer.FitTransform(texts).ToDense();
        for (int row = 0; row < texts.Length; row++)
        {
            for (int term = 0; term < vectorizer.Vocabulary.Size; term++)
                Assert.Equal(documents[row].Count(id => "w" + id == vectorizer.Vocabulary[term]), counts[row, term]);
        }
    });

    [Fact]
    public void The_textbooks_weights_are_its_formula()
    {
        var tfidf = new Tfidf(InverseDocumentFrequency.Textbook, RowNorm.None);
        double[,] weights = tfidf.FitTransform(new CountVectorizer().FitTransform(Texts)).ToDense();
        Assert.Equal(2 * Math.Log(3.0 / 3), weights[0, 6], 1e-15);
        Assert.Equal(Math.Log(3.0 / 2), weights[0, 3], 1e-15);
        Assert.Throws<ArgumentException>(() => tfidf.Transform(SparseMatrix.FromDense(new double[1, 3])));
        Assert.Throws<InvalidOperationException>(() => new Tfidf().Transform(SparseMatrix.FromDense(new double[1, 3])));
        double[,] shares = new Tfidf(norm: RowNorm.L1).FitTransform(new CountVectorizer().FitTransform(Texts)).ToDense();
        Assert.Equal(1, Enumerable.Range(0, 7).Sum(term => shares[1, term]), 1e-12);
    }

    [Fact]
    public void A_sparse_matrix_multiplies_like_a_full_one_and_refuses_broken_parts()
    {
        double[,] dense = { { 1, 0, 2 }, { 0, 0, 0 }, { 0, 3, 4 } };
        var matrix = SparseMatrix.FromDense(dense);
        Assert.Equal(dense, matrix.ToDense());
        Assert.Equal([7, 0, 18], matrix.Multiply([1, 2, 3]));
        Assert.Equal(8, matrix.Dot(0, 2));
        Assert.Equal(0, matrix.CosineSimilarities()[0, 1]);
        Assert.Equal(8 / Math.Sqrt(5 * 25), matrix.CosineSimilarities()[2, 0], 1e-15);
        Assert.Throws<ArgumentException>(() => new SparseMatrix(2, [0, 1], [2], [1.0]));
        Assert.Throws<ArgumentException>(() => new SparseMatrix(2, [0, 2], [1], [1.0]));
        Assert.Throws<ArgumentException>(() => new SparseMatrix(2, [0, 2, 1, 2], [0, 1], [1.0, 1]));
    }

    [Theory]
    [InlineData(1, Smoothing.None)]
    [InlineData(2, Smoothing.AddK)]
    [InlineData(1, Smoothing.KneserNey)]
    [InlineData(2, Smoothing.KneserNey)]
    [InlineData(3, Smoothing.KneserNey)]
    public void Probabilities_after_any_context_sum_to_one(int order, Smoothing smoothing)
    {
        var model = new NgramModel(Texts.Select(text => text.Split(' ')), order, smoothing);
        foreach (string[] before in (string[][])[[], ["the"], ["on", "the"], ["bird", "bird"]])
            Assert.Equal(1, model.Words.Sum(word => model.Probability(before, word)), 1e-12);
    }

    [Fact]
    public void Probabilities_are_counts_over_counts_and_smoothing_changes_them_as_defined()
    {
        string[][] sentences = [.. Texts.Select(text => text.Split(' '))];
        Assert.Equal(1.0 / 3, new NgramModel(sentences, 2, Smoothing.None).Probability(["the"], "cat"), 1e-15);
        // nine words, the end and the unknown one
        Assert.Equal(2.0 / (3 + 10), new NgramModel(sentences, 2, Smoothing.AddK).Probability(["the"], "cat"), 1e-15);
        Assert.Equal(10, new NgramModel(sentences, 2, Smoothing.AddK).Words.Count);
        // "cat" follows the and a: 2 of 16 different pairs, less the discount, plus its share of what the discount frees
        double unigram = (2 - 0.75) / 16 + 0.75 * 9 / 16 / 10;
        Assert.Equal((1 - 0.75) / 3 + 0.75 * 3 / 3 * unigram, new NgramModel(sentences, 2).Probability(["the"], "cat"), 1e-12);
    }

    [Fact]
    public void Perplexity_is_the_number_of_equal_choices()
    {
        string[][] sentences = [["a"], ["b"], ["c"], ["d"]];
        var model = new NgramModel(sentences, 2, Smoothing.None);
        // four equal first words, then a certain end: the geometric mean of 4 and 1
        Assert.Equal(2, model.Perplexity(sentences), 1e-12);
        Assert.Equal(double.PositiveInfinity, model.Perplexity([["e"]]));
        Assert.True(double.IsFinite(new NgramModel(sentences, 2).Perplexity([["e"]])));
        Assert.Contains(model.Generate(new Random(1)).Single(), (string[])["a", "b", "c", "d"]);
        Assert.Throws<ArgumentException>(() => new NgramModel([], 2));
    }
}
