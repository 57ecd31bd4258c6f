namespace Baeum.Tests.Operations;

public static partial class OperationCatalogue
{
    private static Tensor Ids(params long[] ids) => Tensor.From(ids);

    private static readonly Tensor GatherIndex = Tensor.From([[0L, 2, 2, -1], [1, 0, 0, 0]]);

    private static OperationCase[] Selection =>
    [
        new("index by one tensor", x => x[0][Ids(2, 0, 2, -1)], [3, 4]) { Reference = x => Build([4, 4], i => At(x[0], new[] { 2, 0, 2, 2 }[i[0]], i[1])), IsTwiceDifferentiable = true },
        new("index in place of dimensions", x => x[0][.., Ids(1, 1), Tensor.From([[0L], [2]])], [2, 3, 4])
        {
            Reference = x => Build([2, 2, 2], i => At(x[0], i[0], 1, 2 * i[1])),
            IsTwiceDifferentiable = true,
        },
        new("index apart comes first", x => x[0][Ids(1, 0, 1), .., Ids(3, 2, 2)], [2, 3, 4])
        {
            Reference = x => Build([3, 3], i => At(x[0], new[] { 1, 0, 1 }[i[0]], i[1], new[] { 3, 2, 2 }[i[0]])),
            IsTwiceDifferentiable = true,
        },
        new("number apart counts as index", x => x[0][1, .., Ids(3, 0)], [2, 3, 4]) { Reference = x => Build([2, 3], i => At(x[0], 1, i[1], i[0] == 0 ? 3 : 0)) },
        new("number beside an index", x => x[0][.., 1, Ids(3, 0)], [2, 3, 4]) { Reference = x => Build([2, 2], i => At(x[0], i[0], 1, i[1] == 0 ? 3 : 0)) },
        new("mask", x => x[0][Tensor.From(true, false, true)], [3, 2]) { Reference = x => Build([2, 2], i => At(x[0], 2 * i[0], i[1])), IsTwiceDifferentiable = true },
        new("mask of two dimensions", x => x[0][.., Tensor.From(new[,] { { true, false }, { true, true } })], [2, 2, 2])
        {
            Reference = x => Build([2, 3], i => At(x[0], i[0], i[1] == 0 ? 0 : 1, i[1] == 2 ? 1 : 0)),
            IsTwiceDifferentiable = true,
        },
        new("empty index", x => x[0][Tensor.Zeros([0], DType.Int64)], [3, 2]) { Reference = _ => Tensor.Zeros([0, 2], DType.Float64) },
        new("gather", x => x[0].Gather(1, GatherIndex), [2, 3]) { Reference = x => Build([2, 4], i => At(x[0], i[0], (int)(GatherIndex[i[0], i[1]].ItemLong() + 3) % 3)), IsTwiceDifferentiable = true },
        new("gather dim 0", x => x[0].Gather(0, GatherIndex[.., ..2]), [3, 3]) { Reference = x => Build([2, 2], i => At(x[0], (int)GatherIndex[i[0], i[1]].ItemLong(), i[1])) },
        new("scatter", x => x[0].Scatter(1, Tensor.From([[2L, 0], [1, 1]]), x[1]), [2, 3], [2, 2])
        {
            Reference = x => Build([2, 3], i => (i[0], i[1]) switch { (0, 2) => At(x[1], 0, 0), (0, 0) => At(x[1], 0, 1), (1, 1) => At(x[1], 1, 1), _ => At(x[0], i) }),
            IsTwiceDifferentiable = true,
        },
        new("scatterAdd", x => x[0].ScatterAdd(0, Tensor.From([[2L, 0], [2, 1]]), x[1]), [3, 2], [2, 2])
        {
            Reference = x => Build([3, 2], i => At(x[0], i) + ((i[0], i[1]) switch { (2, 0) => At(x[1], 0, 0) + At(x[1], 1, 0), (0, 1) => At(x[1], 0, 1), (1, 1) => At(x[1], 1, 1), _ => 0 })),
            IsTwiceDifferentiable = true,
        },
        new("indexSelect", x => x[0].IndexSelect(1, Ids(2, 2, 0)), [2, 3, 2]) { Reference = x => Build([2, 3, 2], i => At(x[0], i[0], i[1] < 2 ? 2 : 0, i[2])), IsTwiceDifferentiable = true },
        new("indexAdd", x => x[0].IndexAdd(0, Ids(1, 1), x[1]), [3, 2], [2, 2]) { Reference = x => Build([3, 2], i => At(x[0], i) + (i[0] == 1 ? At(x[1], 0, i[1]) + At(x[1], 1, i[1]) : 0)), IsTwiceDifferentiable = true },
        new("maskedSelect", x => x[0].MaskedSelect(Tensor.From(true, false, true)), [2, 3]) { Reference = x => Build([4], i => At(x[0], i[0] / 2, i[0] % 2 * 2)), IsTwiceDifferentiable = true },
        new("takeAlongDim", x => x[0].TakeAlongDim(Tensor.From([[2L, 0]]), 1), [2, 3]) { Reference = x => Build([2, 2], i => At(x[0], i[0], i[1] == 0 ? 2 : 0)) },
        new("tril", x => x[0].Tril(), [2, 3, 4]) { Reference = x => Build([2, 3, 4], i => i[2] <= i[1] ? At(x[0], i) : 0), IsTwiceDifferentiable = true },
        new("tril -1", x => x[0].Tril(-1), [3, 2]) { Reference = x => Build([3, 2], i => i[1] <= i[0] - 1 ? At(x[0], i) : 0) },
        new("triu 1", x => x[0].Triu(1), [3, 3]) { Reference = x => Build([3, 3], i => i[1] >= i[0] + 1 ? At(x[0], i) : 0), IsTwiceDifferentiable = true },
        new("triu far", x => x[0].Triu(-7) + x[0].Triu(7), [3, 3]) { Reference = x => x[0] },
        new("diag of vector", x => x[0].Diag(-1), [3]) { Reference = x => Build([4, 4], i => i[0] == i[1] + 1 ? At(x[0], i[1]) : 0), IsTwiceDifferentiable = true },
        new("diag of matrix", x => x[0].Diag(1), [3, 4]) { Reference = x => Build([3], i => At(x[0], i[0], i[0] + 1)), IsTwiceDifferentiable = true },
        new("diagonal", x => x[0].Diagonal(-1, 0, 2), [3, 4, 2]) { Reference = x => Build([4, 2], i => At(x[0], i[1] + 1, i[0], i[1])), IsTwiceDifferentiable = true },
        new("diagEmbed", x => x[0].DiagEmbed(), [2, 3]) { Reference = x => Build([2, 3, 3], i => i[1] == i[2] ? At(x[0], i[0], i[1]) : 0) },
        new("trace", x => x[0].Trace(), [3, 4]) { Reference = x => Build([], _ => At(x[0], 0, 0) + At(x[0], 1, 1) + At(x[0], 2, 2)), IsTwiceDifferentiable = true },
        new("outer", x => x[0].Outer(x[1]), [3], [2]) { Reference = x => Build([3, 2], i => At(x[0], i[0]) * At(x[1], i[1])) },
        new("kron", x => x[0].Kron(x[1]), [2, 3], [2]) { Reference = x => Build([2, 6], i => At(x[0], i[0], i[1] / 2) * At(x[1], i[1] % 2)) },
        new("cross", x => x[0].Cross(x[1]), [2, 3], [3])
        {
            Reference = x => Build([2, 3], i => At(x[0], i[0], (i[1] + 1) % 3) * At(x[1], (i[1] + 2) % 3) - At(x[0], i[0], (i[1] + 2) % 3) * At(x[1], (i[1] + 1) % 3)),
        },
    ];
}
