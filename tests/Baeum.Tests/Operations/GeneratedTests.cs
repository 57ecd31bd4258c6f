using Baeum.Kernels;
using CsCheck;

namespace Baeum.Tests.Operations;

/// <summary>What every operation must do on inputs that nobody chose.</summary>
public class GeneratedTests
{
    private static readonly Gen<int[]> Shapes = Gen.OneOf(new[] { 0, 1, 2, 3, 7, 8, 9, 15, 16, 17, 33 }.Select(Gen.Const).ToArray()).Array[0, 3];

    /// <summary>Two shapes that broadcast: some dimensions of one, some missing in front.</summary>
    private static readonly Gen<(int[] A, int[] B)> Pairs =
        from shape in Shapes
        from onesA in Gen.Bool.Array[shape.Length]
        from onesB in Gen.Bool.Array[shape.Length]
        from dropped in Gen.Int[0, shape.Length]
        select (shape.Select((size, d) => onesA[d] ? 1 : size).ToArray(), shape.Select((size, d) => onesB[d] ? 1 : size).Skip(dropped).ToArray());

    public static TheoryData<OperationCase> OfOneNumber => [.. OperationCatalogue.All.Where(c => c.IsElementwise && c.Shapes.Length == 1)];

    public static TheoryData<OperationCase> OfTwoNumbers => [.. OperationCatalogue.All.Where(c => c.IsElementwise && c.Broadcasts && c.Shapes.Length == 2)];

    public static TheoryData<OperationCase> Shared => [.. OperationCatalogue.All.Where(c => c.LargeShapes is not null || (c.IsElementwise && c.Shapes.Length == 1))];

    [Theory]
    [MemberData(nameof(OfOneNumber))]
    public void A_function_of_one_number_works_on_any_shape(OperationCase operation) =>
        Shapes.Sample(shape => Holds(operation, shape), iter: 25, threads: 1);

    [Theory]
    [MemberData(nameof(OfTwoNumbers))]
    public void A_function_of_two_numbers_broadcasts_any_shapes(OperationCase operation) =>
        Pairs.Sample(pair => Holds(operation, pair.A, pair.B), iter: 40, threads: 1);

    private static void Holds(OperationCase operation, params int[][] shapes)
    {
        var inputs = operation.Inputs(1, shapes);
        Assertions.Close(operation.Reference!(inputs), operation.Apply(inputs), 1e-10);
        if (!operation.HasGradient) return;
        var leaves = inputs.Select(x => x.Clone().RequireGrad()).ToArray();
        operation.Apply(leaves).Sum().Backward();
        foreach (var leaf in leaves) Assert.Equal(leaf.Shape, leaf.Grad!.Shape);
    }

    [Theory]
    [MemberData(nameof(Shared))]
    public void One_and_two_threads_give_the_same_bits(OperationCase operation)
    {
        int before = Threads.Count;
        try
        {
            Threads.Count = 1;
            var alone = Run(operation);
            Threads.Count = 2;
            var together = Run(operation);
            Assert.Equal(alone.Length, together.Length);
            for (int i = 0; i < alone.Length; i++) Assert.True(alone[i].SequenceEqual(together[i]), $"result {i} differs");
        }
        finally
        {
            Threads.Count = before;
        }
    }

    /// <summary>The bits of the result and of all gradients, in Float32.</summary>
    private static int[][] Run(OperationCase operation)
    {
        var inputs = operation.Inputs(7, operation.LargeShapes ?? [[513, 257]]).Select(x => x.To(DType.Float32).RequireGrad(operation.HasGradient)).ToArray();
        var y = operation.Apply(inputs);
        if (operation.HasGradient) (y * y).Sum().Backward();
        return [.. new[] { y }.Concat(inputs.Where(x => x.Grad is not null).Select(x => x.Grad!)).Select(x => x.Detach().To(DType.Float32).ToArray<float>().Select(BitConverter.SingleToInt32Bits).ToArray())];
    }
}
