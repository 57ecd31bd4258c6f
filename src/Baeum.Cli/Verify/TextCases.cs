using System.Text.Json;
using Baeum.Text;

namespace Baeum.Cli.Verify;

/// <summary>Classical methods on texts: counting, weighting, classifying, tagging, and word vectors by negative sampling.</summary>
internal static class TextCases
{
    internal static void Counts(GoldenCase golden, Comparer comparer)
    {
        var vectorizer = new CountVectorizer(TextAnalyzer.Spaces());
        SparseMatrix counts = vectorizer.FitTransform(Documents(golden));
        comparer.Hold("vocabulary", [vectorizer.Vocabulary.Words.SequenceEqual(golden.Arguments.Texts("vocabulary")) ? 1 : 0], [1], exact: true);
        comparer.Hold("y", Tensor.From(counts.ToDense()), golden.Output("y"));
    }

    internal static void Weights(GoldenCase golden, Comparer comparer)
    {
        Arguments args = golden.Arguments;
        RowNorm norm = args.Text("norm") switch { "l2" => RowNorm.L2, "l1" => RowNorm.L1, _ => RowNorm.None };
        var tfidf = new Tfidf(args.Bool("smooth_idf", true) ? InverseDocumentFrequency.Smooth : InverseDocumentFrequency.Plain, norm, args.Bool("sublinear_tf"));
        comparer.Hold("y", Tensor.From(tfidf.FitTransform(CountsOf(golden)).ToDense()), golden.Output("y"));
        if (golden.Has("outputs", "idf"))
            comparer.Hold("idf", Tensor.From([.. tfidf.Weights]), golden.Output("idf"));
    }

    internal static void Cosines(GoldenCase golden, Comparer comparer) =>
        comparer.Hold("y", Tensor.From(new Tfidf().FitTransform(CountsOf(golden)).CosineSimilarities()), golden.Output("y"));

    internal static void Bayes(GoldenCase golden, Comparer comparer)
    {
        SparseMatrix counts = Sparse(golden.Input("counts"));
        NaiveBayes model = NaiveBayes.Fit(counts, Labels(golden.Input("labels")), golden.Arguments.Double("alpha", 1));
        comparer.Hold("log_prior", Tensor.From(model.LogPriors), golden.Output("log_prior"));
        comparer.Hold("log_likelihood", Tensor.From(model.LogLikelihoods), golden.Output("log_likelihood"));
        comparer.Hold("log_proba", Tensor.From(model.LogProbabilities(counts)), golden.Output("log_proba"));
    }

    internal static void Logistic(GoldenCase golden, Comparer comparer)
    {
        LogisticRegression model = LogisticRegression.Fit(Sparse(golden.Input("X")), Labels(golden.Input("y")), golden.Arguments.Double("C", 1));
        comparer.Hold("w", Tensor.From(model.Weights), golden.Output("w"));
        comparer.Hold("b", Tensor.From([model.Bias]), golden.Output("b"));
    }

    internal static void Means(GoldenCase golden, Comparer comparer)
    {
        Tensor x = golden.Input("X"), centres = golden.Input("init"), labels = Nearest(x, centres).Indices;
        double still = 1e-4 * x.Var(0, correction: 0).Mean().Item();
        for (int round = 0; round < 300; round++)
        {
            Tensor members = Tensor.OneHot(labels, centres.Shape[0], x.DType).T;              // [k, n]
            Tensor moved = members.MatMul(x) / members.Sum(1, keepDim: true);
            double shift = (moved - centres).Square().Sum().Item();
            Tensor before = labels;
            (centres, labels) = (moved, Nearest(x, moved).Indices);
            if (shift <= still || labels.ToArray<long>().SequenceEqual(before.ToArray<long>()))
                break;
        }
        comparer.Hold("centres", centres, golden.Output("centres"));
        comparer.Hold("labels", labels, golden.Output("labels"));
        comparer.Hold("inertia", Nearest(x, centres).Values.Sum(), golden.Output("inertia"));
    }

    internal static void ConditionalRandomField(GoldenCase golden, Comparer comparer)
    {
        var state = new Dictionary<string, Tensor>
        {
            ["start_transitions"] = golden.Input("start"),
            ["end_transitions"] = golden.Input("end"),
            ["transitions"] = golden.Input("transitions"),
        };
        var crf = new LinearChainCrf(ParamScope.FromStateDict(state, DType.Float64), golden.Input("start").Count);
        Tensor mask = golden.Input("mask").To(DType.Bool);
        comparer.Hold("log_likelihood", crf.LogLikelihood(golden.Input("emissions"), golden.Input("tags"), mask), golden.Output("log_likelihood"));
        comparer.Hold("viterbi", crf.Decode(golden.Input("emissions"), mask), golden.Output("viterbi"));
    }

    internal static void NegativeSampling(GoldenCase golden, Comparer comparer)
    {
        Tensor seen = golden.Input("in").RequireGrad(), predicted = golden.Input("out").RequireGrad();
        Tensor centre = golden.Input("centre").Embedding(seen).Unsqueeze(1);                                // [pairs, 1, size]
        Tensor right = (centre * golden.Input("context").Embedding(predicted).Unsqueeze(1)).Sum(2);         // [pairs, 1]
        Tensor wrong = (centre * golden.Input("negative").Embedding(predicted)).Sum(2);                     // [pairs, negatives]
        Tensor loss = -(right.LogSigmoid().Sum(1) + (-wrong).LogSigmoid().Sum(1)).Mean();
        loss.Backward();
        comparer.Hold("loss", loss, golden.Output("loss"));
        comparer.Hold("grad in", seen.Grad, golden.Gradient("in"));
        comparer.Hold("grad out", predicted.Grad, golden.Gradient("out"));
    }

    // the square of the distance to the nearest centre, and which it is
    private static ValuesAndIndices Nearest(Tensor x, Tensor centres) => (x.Unsqueeze(1) - centres).Square().Sum(2).Min(1);

    private static SparseMatrix CountsOf(GoldenCase golden) => new CountVectorizer(TextAnalyzer.Spaces()).FitTransform(Documents(golden));

    private static string[] Documents(GoldenCase golden)
    {
        string path = Path.ChangeExtension(golden.BookPath, ".documents.json");
        if (!File.Exists(path))
            throw new InvalidDataException($"{golden.Name}: there is no {Path.GetFileName(path)} beside the book");
        using var json = JsonDocument.Parse(File.ReadAllBytes(path));
        return new Arguments(json.RootElement).Texts("documents");
    }

    private static SparseMatrix Sparse(Tensor dense)
    {
        double[] values = dense.To(DType.Float64).ToArray<double>();
        var matrix = new double[dense.Shape[0], dense.Shape[1]];
        Buffer.BlockCopy(values, 0, matrix, 0, values.Length * sizeof(double));
        return SparseMatrix.FromDense(matrix);
    }

    private static int[] Labels(Tensor labels) => Array.ConvertAll(labels.To(DType.Int64).ToArray<long>(), label => (int)label);
}
