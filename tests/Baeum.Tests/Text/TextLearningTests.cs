using Baeum.Text;

namespace Baeum.Tests;

public class TextLearningTests
{
    private static SparseMatrix Table(double[,] dense) => SparseMatrix.FromDense(dense);

    [Fact]
    public void Naive_bayes_is_bayes_by_hand()
    {
        NaiveBayes model = NaiveBayes.Fit(Table(new double[,] { { 2, 0 }, { 1, 1 }, { 0, 3 } }), [0, 0, 1]);
        Assert.Equal(Math.Log(2.0 / 3), model.LogPriors[0], 1e-15);
        Assert.Equal(Math.Log(4.0 / 6), model.LogLikelihoods[0, 0], 1e-15);
        double a = 2.0 / 3 * (4.0 / 6), b = 1.0 / 3 * (1.0 / 5);
        Assert.Equal(a / (a + b), Math.Exp(model.LogProbabilities(Table(new double[,] { { 1, 0 } }))[0, 0]), 1e-12);
        Assert.Equal([0, 1], model.Predict(Table(new double[,] { { 5, 0 }, { 0, 5 } })));
        Assert.Throws<ArgumentException>(() => NaiveBayes.Fit(Table(new double[2, 2]), [0]));
        Assert.Throws<ArgumentException>(() => NaiveBayes.Fit(Table(new double[1, 2]), [-1]));
        Assert.Throws<ArgumentException>(() => model.Predict(Table(new double[1, 3])));
    }

    [Fact]
    public void Logistic_regression_ends_where_its_gradient_is_zero()
    {
        double[,] x = { { 1, 2 }, { 2, 3 }, { 3, 1 }, { 4, 3 }, { 5, 3 }, { 6, 2 } };
        int[] y = [0, 0, 0, 1, 1, 1];
        LogisticRegression model = LogisticRegression.Fit(Table(x), y, c: 10);
        double[] p = model.Probabilities(Table(x));
        double byBias = 0, byFirst = model.Weights[0];
        for (int i = 0; i < 6; i++)
        {
            byBias += p[i] - y[i];
            byFirst += 10 * (p[i] - y[i]) * x[i, 0];
        }
        Assert.Equal(0, byBias, 1e-5);
        Assert.Equal(0, byFirst, 1e-4);
        Assert.Equal(y, model.Predict(Table(x)));
        Assert.All(model.Losses.Zip(model.Losses.Skip(1)), pair => Assert.True(pair.Second < pair.First));
        Assert.Throws<ArgumentException>(() => LogisticRegression.Fit(Table(x), [0, 0, 0, 1, 1, 2]));
    }

    [Fact]
    public void Topics_part_words_that_never_meet()
    {
        string[] texts = ["bank money loan", "money credit bank", "loan credit money bank", "river boat fish", "fish water boat", "water river fish boat"];
        var vectorizer = new CountVectorizer();
        SparseMatrix counts = vectorizer.FitTransform(texts);
        TopicModel model = TopicModel.Fit(counts, 2, seed: 3), again = TopicModel.Fit(counts, 2, seed: 3);
        double[,] mix = model.DocumentTopics(), words = model.TopicTerms();
        Assert.Equal(mix, again.DocumentTopics());
        int first = mix[0, 0] > 0.5 ? 0 : 1;
        for (int d = 0; d < 6; d++)
        {
            Assert.Equal(1, mix[d, 0] + mix[d, 1], 1e-12);
            Assert.True(mix[d, d < 3 ? first : 1 - first] > 0.8);
        }
        Assert.Equal(1, Enumerable.Range(0, vectorizer.Vocabulary.Size).Sum(term => words[0, term]), 1e-12);
    }

    [Fact]
    public void A_random_fields_probabilities_sum_to_one_and_its_best_row_is_the_best()
    {
        var crf = new LinearChainCrf(ParamScope.Random(5, DType.Float64), 3);
        Tensor emissions = Tensor.RandN([1, 3, 3], new TorchRandom(1), dtype: DType.Float64);
        double sum = 0, best = double.NegativeInfinity;
        long[] bestRow = [];
        for (int code = 0; code < 27; code++)
        {
            long[] row = [code / 9, code / 3 % 3, code % 3];
            double log = crf.LogLikelihood(emissions, Tensor.Wrap(row, [1, 3])).Item();
            sum += Math.Exp(log);
            if (log > best)
                (best, bestRow) = (log, row);
        }
        Assert.Equal(1, sum, 1e-10);
        Assert.Equal(bestRow, crf.Decode(emissions).ToArray<long>());
        Assert.Throws<ArgumentException>(() => crf.Decode(emissions, Tensor.Wrap([false, true, true], [1, 3])));
    }

    [Fact]
    public void A_random_field_passes_the_gradient_check()
    {
        var crf = new LinearChainCrf(ParamScope.Random(5, DType.Float64), 3);
        Tensor emissions = Tensor.RandN([2, 3, 3], new TorchRandom(1), dtype: DType.Float64);
        Tensor tags = Tensor.Wrap([0L, 1, 2, 2, 0, 0], [2, 3]), mask = Tensor.Wrap([true, true, true, true, true, false], [2, 3]);
        GradCheck.Check(inputs => crf.LogLikelihood(inputs[0], tags, mask).Sum(), [emissions]);
    }
}
