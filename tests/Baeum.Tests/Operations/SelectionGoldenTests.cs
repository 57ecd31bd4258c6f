namespace Baeum.Tests.Operations;

/// <summary>Joining, choosing, sorting and linear algebra against PyTorch's and NumPy's figures.</summary>
public class SelectionGoldenTests
{
    private static readonly GoldenBook Book = Goldens.Open("core/ops");

    public static TheoryData<string> Names =>
        ["cat", "stack", "narrow", "strided_slice", "gather", "index_select", "tril", "triu1", "einsum", "pad", "flip", "roll", "repeat_interleave", "topk", "sort"];

    [Theory]
    [MemberData(nameof(Names))]
    public void Values_and_gradients_equal_PyTorchs(string name)
    {
        var golden = Book.Cases.Single(c => c.Name == name);
        var inputs = golden.Roles("inputs").ToDictionary(role => role, role => Read(golden.Input(role)));
        string[] wanted = golden.Roles("grads");
        foreach (string role in wanted) inputs[role].RequireGrad();
        var outputs = Apply(golden, inputs);
        for (int i = 0; i < outputs.Length; i++) Assertions.Close(Read(golden.Output($"y{i}")), outputs[i], 1e-12);
        var gradients = Autograd.Grad((outputs[0] * inputs["w0"]).Sum(), [.. wanted.Select(role => inputs[role])]);
        for (int i = 0; i < wanted.Length; i++) Assertions.Close(Read(golden.Gradient(wanted[i])), gradients[i], 1e-12);
    }

    private static Tensor Read(GoldenArray array) => array.DataType == "I64" ? Tensor.From<long>(array.ToLongs(), array.Shape) : Tensor.From<double>(array.ToDoubles(), array.Shape);

    private static Tensor[] Apply(GoldenCase golden, Dictionary<string, Tensor> inputs)
    {
        int Number(string key) => golden.Arguments.GetProperty(key).GetInt32();
        int[] Numbers(string key) => [.. golden.Arguments.GetProperty(key).EnumerateArray().Select(n => n.GetInt32())];
        Tensor X() => inputs["x"];
        switch (golden.Kind)
        {
            case "cat": return [Tensor.Cat([inputs["a"], inputs["b"]], Number("dim"))];
            case "stack": return [Tensor.Stack([inputs["a"], inputs["b"]], Number("dim"))];
            case "narrow": return [X().Narrow(Number("dim"), Number("start"), Number("length"))];
            case "slice": return [X()[.., TensorIndex.Slice(1, null, 2)]];
            case "gather": return [X().Gather(Number("dim"), inputs["i"])];
            case "index_select": return [X().IndexSelect(Number("dim"), inputs["i"])];
            case "tril": return [X().Tril()];
            case "triu": return [X().Triu(Number("diagonal"))];
            case "einsum": return [Tensor.Einsum(golden.Arguments.GetProperty("equation").GetString()!, inputs["a"], inputs["b"])];
            case "pad": return [X().Pad(Numbers("pad"), value: golden.Arguments.GetProperty("value").GetDouble())];
            case "flip": return [X().Flip(Numbers("dims"))];
            case "roll": return [X().Roll(Number("shifts"), Number("dim"))];
            case "repeat_interleave": return [X().RepeatInterleave(Number("repeats"), Number("dim"))];
            case "topk": return Both(X().TopK(Number("k"), Number("dim")));
            case "sort": return Both(X().Sort(Number("dim"), golden.Arguments.GetProperty("descending").GetBoolean()));
            default: throw new NotSupportedException(golden.Kind);
        }
    }

    private static Tensor[] Both(ValuesAndIndices result) => [result.Values, result.Indices];

    [Fact]
    public void Linear_algebra_equals_NumPys()
    {
        var golden = Goldens.Open("classic/classic").Cases.Single(c => c.Name == "linear_algebra");
        Tensor a = Read(golden.Input("A")), s = Read(golden.Input("S"));
        Assertions.Close(Read(golden.Output("inverse")), a.Inverse(), 1e-10);
        Assertions.Close(Read(golden.Output("determinant")).Reshape(Shape.Scalar), a.Determinant(), 1e-10);
        Assertions.Close(Read(golden.Output("solve_with_first_row")), a.Solve(a[0]), 1e-10);
        Assertions.Close(Read(golden.Output("eigenvalues_of_S")), s.Eigh().Values, 1e-10);
        Assertions.Close(Read(golden.Output("singular_values")), a.SVD().S, 1e-10);
        Assertions.Close(Read(golden.Output("cholesky_of_S")), s.Cholesky(), 1e-10);
    }
}
