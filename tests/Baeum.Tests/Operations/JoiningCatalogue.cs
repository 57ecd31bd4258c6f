namespace Baeum.Tests.Operations;

public static partial class OperationCatalogue
{
    /// <summary>A Float64 tensor from its coordinates: the plain way to say what a selection must give.</summary>
    private static Tensor Build(int[] shape, Func<int[], double> element)
    {
        var at = new int[shape.Length];
        var values = new double[Shape.Create(shape).Count];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = element(at);
            for (int d = shape.Length - 1; d >= 0 && ++at[d] == shape[d]; d--) at[d] = 0;
        }
        return Tensor.Wrap(values, Shape.Create(shape));
    }

    /// <summary>One element of a tensor, read slowly.</summary>
    private static double At(Tensor x, params int[] at)
    {
        int place = 0;
        for (int d = 0; d < at.Length; d++) place = place * x.Shape[d] + at[d];
        return x.ToArray<double>()[place];
    }

    private static OperationCase[] Joining =>
    [
        new("cat dim 0", x => Tensor.Cat(x), [2, 3], [1, 3], [0, 3]) { Reference = x => Build([3, 3], i => i[0] < 2 ? At(x[0], i) : At(x[1], 0, i[1])), IsTwiceDifferentiable = true },
        new("cat dim -1", x => Tensor.Cat(x, -1), [2, 3], [2, 2]) { Reference = x => Build([2, 5], i => i[1] < 3 ? At(x[0], i) : At(x[1], i[0], i[1] - 3)), IsTwiceDifferentiable = true },
        new("stack", x => Tensor.Stack(x, 1), [2, 3], [2, 3]) { Reference = x => Build([2, 2, 3], i => At(x[i[1]], i[0], i[2])), IsTwiceDifferentiable = true },
        new("hstack", x => Tensor.HStack(x), [2], [3]) { Reference = x => Build([5], i => i[0] < 2 ? At(x[0], i) : At(x[1], i[0] - 2)) },
        new("vstack", x => Tensor.VStack(x), [3], [2, 3]) { Reference = x => Build([3, 3], i => i[0] == 0 ? At(x[0], i[1]) : At(x[1], i[0] - 1, i[1])) },
        new("meshgrid xy", x => Tensor.Stack(Tensor.Meshgrid(x, "xy")), [2], [3]) { Reference = x => Build([2, 3, 2], i => i[0] == 0 ? At(x[0], i[2]) : At(x[1], i[1])) },
        new("cartesianProd", x => Tensor.CartesianProd(x), [2], [3]) { Reference = x => Build([6, 2], i => i[1] == 0 ? At(x[0], i[0] / 3) : At(x[1], i[0] % 3)) },
        new("blockDiag", x => Tensor.BlockDiag(x), [2, 1], [3])
        {
            Reference = x => Build([3, 4], i => i[0] < 2 ? i[1] == 0 ? At(x[0], i) : 0 : i[1] > 0 ? At(x[1], i[1] - 1) : 0),
        },
        new("pad", x => x[0].Pad([1, 2, 0, 1], value: 0.5), [2, 3]) { Reference = x => Build([3, 6], i => i[0] < 2 && i[1] is >= 1 and < 4 ? At(x[0], i[0], i[1] - 1) : 0.5), IsTwiceDifferentiable = true },
        new("pad negative", x => x[0].Pad([-1, 2]), [2, 3]) { Reference = x => Build([2, 4], i => i[1] < 2 ? At(x[0], i[0], i[1] + 1) : 0), IsTwiceDifferentiable = true },
        new("pad reflect", x => x[0].Pad([2, 3], PadMode.Reflect), [2, 4]) { Reference = x => Build([2, 9], i => At(x[0], i[0], new[] { 2, 1, 0, 1, 2, 3, 2, 1, 0 }[i[1]])), IsTwiceDifferentiable = true },
        new("pad replicate", x => x[0].Pad([0, 0, 2, 1], PadMode.Replicate), [2, 3]) { Reference = x => Build([5, 3], i => At(x[0], Math.Clamp(i[0] - 2, 0, 1), i[1])), IsTwiceDifferentiable = true },
        new("pad circular", x => x[0].Pad([2, 1, 1, 0], PadMode.Circular), [2, 3]) { Reference = x => Build([3, 6], i => At(x[0], (i[0] + 1) % 2, (i[1] + 1) % 3)), IsTwiceDifferentiable = true },
        new("repeat", x => x[0].Repeat(2, 1, 3), [2, 3]) { Reference = x => Build([2, 2, 9], i => At(x[0], i[1], i[2] % 3)), IsTwiceDifferentiable = true },
        new("tile", x => x[0].Tile(2), [2, 3]) { Reference = x => Build([2, 6], i => At(x[0], i[0], i[1] % 3)) },
        new("repeatInterleave", x => x[0].RepeatInterleave(3, 1), [2, 3, 2]) { Reference = x => Build([2, 9, 2], i => At(x[0], i[0], i[1] / 3, i[2])), IsTwiceDifferentiable = true },
        new("repeatInterleave tensor", x => x[0].RepeatInterleave(Tensor.From(2L, 0, 1), 0), [3, 2]) { Reference = x => Build([3, 2], i => At(x[0], i[0] < 2 ? 0 : 2, i[1])), IsTwiceDifferentiable = true },
        new("flip", x => x[0].Flip(0, -1), [2, 3, 4]) { Reference = x => Build([2, 3, 4], i => At(x[0], 1 - i[0], i[1], 3 - i[2])), IsTwiceDifferentiable = true },
        new("roll", x => x[0].Roll([1, -5], [0, 1]), [3, 4]) { Reference = x => Build([3, 4], i => At(x[0], (i[0] + 2) % 3, (i[1] + 5) % 4)), IsTwiceDifferentiable = true },
        new("roll flat", x => x[0].Roll(2), [3, 4]) { Reference = x => Build([3, 4], i => x[0].ToArray<double>()[(4 * i[0] + i[1] + 10) % 12]) },
        new("rot90", x => x[0].Rot90(), [2, 3]) { Reference = x => Build([3, 2], i => At(x[0], i[1], 2 - i[0])) },
        new("rot90 three times", x => x[0].Rot90(-1), [2, 3]) { Reference = x => Build([3, 2], i => At(x[0], 1 - i[1], i[0])) },
    ];
}
