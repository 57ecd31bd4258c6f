namespace Baeum.Tests.Operations;

/// <summary>What every operation of the catalogue must do.</summary>
public class OperationTests
{
    [Theory]
    [MemberData(nameof(OperationCatalogue.WithReference), MemberType = typeof(OperationCatalogue))]
    public void Equals_its_plain_reference(OperationCase operation)
    {
        for (int seed = 0; seed < 3; seed++)
        {
            var inputs = operation.Inputs(seed);
            Assertions.Close(operation.Reference!(inputs), operation.Apply(inputs), 1e-10);
        }
    }

    [Theory]
    [MemberData(nameof(OperationCatalogue.WithGradient), MemberType = typeof(OperationCatalogue))]
    public void Gradient_agrees_with_central_differences(OperationCase operation)
    {
        var report = GradCheck.Run(operation.Apply, operation.Inputs(1), tolerance: 1e-5);
        Assert.True(report.IsOk, report.ToString());
    }

    [Theory]
    [MemberData(nameof(OperationCatalogue.TwiceDifferentiable), MemberType = typeof(OperationCatalogue))]
    public void Second_derivative_agrees_with_central_differences(OperationCase operation)
    {
        var report = GradCheck.Run(
            inputs =>
            {
                var leaves = inputs.Select(x => x.RequiresGrad ? x : x.Detach().RequireGrad()).ToArray();
                using var _ = Recording.On();
                var y = operation.Apply(leaves);
                var gradients = Autograd.Grad((y * y * 0.65 + y).Sum(), leaves, createGraph: true, allowUnused: true);
                return gradients.Select(g => (g * g + g).Sum()).Aggregate((a, b) => a + b);
            },
            operation.Inputs(2),
            tolerance: 1e-4);
        Assert.True(report.IsOk, report.ToString());
    }

    [Theory]
    [MemberData(nameof(OperationCatalogue.Cases), MemberType = typeof(OperationCatalogue))]
    public void Float32_agrees_with_float64(OperationCase operation)
    {
        var inputs = operation.Inputs(3).Select(x => x.To(DType.Float32)).ToArray();
        var expected = operation.Apply([.. inputs.Select(x => x.To(DType.Float64))]);
        var actual = operation.Apply(inputs);
        if (expected.DType == DType.Float64) Assert.Equal(DType.Float32, actual.DType);
        Assertions.Close(expected, actual, operation.Float32Tolerance);
    }

    [Theory]
    [MemberData(nameof(OperationCatalogue.Cases), MemberType = typeof(OperationCatalogue))]
    public void Strided_inputs_give_the_same_as_contiguous_ones(OperationCase operation)
    {
        var inputs = operation.Inputs(4);
        var expected = operation.Apply(inputs);
        Assertions.Close(expected, operation.Apply([.. inputs.Select(Transposed)]), 1e-12);
        Assertions.Close(expected, operation.Apply([.. inputs.Select(Offset)]), 1e-12);
    }

    [Theory]
    [MemberData(nameof(OperationCatalogue.Cases), MemberType = typeof(OperationCatalogue))]
    public void Inputs_are_left_as_they_were(OperationCase operation)
    {
        var inputs = operation.Inputs(5);
        var copies = inputs.Select(x => x.ToArray<double>()).ToArray();
        operation.Apply(inputs);
        for (int i = 0; i < inputs.Length; i++) Assert.Equal(copies[i], inputs[i].ToArray<double>());
    }

    /// <summary>The same values in memory laid out the other way round.</summary>
    private static Tensor Transposed(Tensor x) => x.Rank < 2 ? Offset(x) : x.Transpose(0, -1).Contiguous().Transpose(0, -1);

    /// <summary>The same values as every second element of a larger tensor, from its third on.</summary>
    private static Tensor Offset(Tensor x)
    {
        if (x.Rank == 0) return x;
        var sizes = x.Shape.ToArray();
        sizes[^1] = 2 * sizes[^1] + 3;
        var large = Tensor.Full(Shape.Create(sizes), double.NaN, x.DType);
        var place = large.Slice(-1, 2, 2 + 2 * x.Shape[^1], 2);
        place.CopyFromInPlace(x);
        return place;
    }
}
