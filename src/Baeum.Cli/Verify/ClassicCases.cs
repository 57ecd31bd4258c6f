namespace Baeum.Cli.Verify;

/// <summary>Classical methods: linear algebra, clustering, and the first attention scores; those on texts are <see cref="TextCases"/>.</summary>
internal static class ClassicCases
{
    private static readonly Dictionary<string, Action<GoldenCase, Comparer>> Kinds = new(StringComparer.Ordinal)
    {
        ["linalg"] = LinearAlgebra,
        ["PCA"] = PrincipalComponents,
        ["TruncatedSVD"] = TruncatedDecomposition,
        ["bahdanau"] = (golden, comparer) =>
        {
            Tensor q = golden.Input("q").MatMul(golden.Input("Wq").T).Unsqueeze(1), k = golden.Input("k").MatMul(golden.Input("Wk").T);
            HoldAttention(golden, comparer, (q + k).Tanh().MatMul(golden.Input("va")));
        },
        ["CountVectorizer"] = TextCases.Counts,
        ["TfidfVectorizer"] = TextCases.Weights,
        ["cosine_similarity"] = TextCases.Cosines,
        ["MultinomialNB"] = TextCases.Bayes,
        ["LogisticRegression"] = TextCases.Logistic,
        ["KMeans"] = TextCases.Means,
        ["linear_chain_crf"] = TextCases.ConditionalRandomField,
        ["word2vec"] = TextCases.NegativeSampling,
        ["luong"] = (golden, comparer) => HoldAttention(golden, comparer, golden.Input("k").MatMul(golden.Input("q").Unsqueeze(2)).Squeeze(2)),
    };

    internal static Func<Outcome>? Check(GoldenCase golden) => !Kinds.TryGetValue(golden.Kind, out Action<GoldenCase, Comparer>? hold) ? null : () =>
    {
        using var scope = TensorScope.Begin();
        // where a minimum is looked for, both sides stop somewhere near it
        var comparer = new Comparer(golden.Kind == "LogisticRegression" ? 1e-4 : 1e-8);
        hold(golden, comparer);
        return comparer.Outcome;
    };

    private static void LinearAlgebra(GoldenCase golden, Comparer comparer)
    {
        Tensor a = golden.Input("A"), s = golden.Input("S");
        comparer.Hold("inverse", a.Inverse(), golden.Output("inverse"));
        comparer.Hold("determinant", a.Determinant(), golden.Output("determinant"));
        comparer.Hold("solve_with_first_row", a.Solve(a.Select(0, 0)), golden.Output("solve_with_first_row"));
        comparer.Hold("eigenvalues_of_S", s.Eigh().Values, golden.Output("eigenvalues_of_S"));
        comparer.Hold("singular_values", a.SVD().S, golden.Output("singular_values"));
        comparer.Hold("cholesky_of_S", s.Cholesky(), golden.Output("cholesky_of_S"));
    }

    private static void PrincipalComponents(GoldenCase golden, Comparer comparer)
    {
        Tensor x = golden.Input("X"), mean = x.Mean(0), centred = x - mean;
        int count = golden.Arguments.Int("components");
        (_, Tensor s, Tensor directions) = centred.SVD();
        Tensor variance = s.Square() / (x.Shape[0] - 1), components = directions.Narrow(0, 0, count);
        comparer.Hold("mean", mean, golden.Output("mean"));
        comparer.Hold("explained_variance", variance.Narrow(0, 0, count), golden.Output("explained_variance"));
        comparer.Hold("ratio", variance.Narrow(0, 0, count) / variance.Sum(), golden.Output("ratio"));
        // the sign of a direction is free
        comparer.Hold("components", components.Abs(), golden.Output("components").Abs());
        comparer.Hold("projected", centred.MatMul(components.T).Abs(), golden.Output("projected").Abs());
    }

    private static void TruncatedDecomposition(GoldenCase golden, Comparer comparer)
    {
        int count = golden.Arguments.Int("components");
        (Tensor u, Tensor s, _) = golden.Input("X").SVD();
        Tensor kept = s.Narrow(0, 0, count);
        comparer.Hold("singular", kept, golden.Output("singular"));
        comparer.Hold("document_topics", (u.Narrow(1, 0, count) * kept).Abs(), golden.Output("document_topics").Abs());
    }

    private static void HoldAttention(GoldenCase golden, Comparer comparer, Tensor scores)
    {
        Tensor weights = scores.Softmax(-1);
        comparer.Hold("weights", weights, golden.Output("weights"));
        comparer.Hold("context", weights.Unsqueeze(1).MatMul(golden.Input("k")).Squeeze(1), golden.Output("context"));
    }
}
