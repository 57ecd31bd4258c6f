namespace Baeum;

/// <summary>y[o] = x₁ · weight[o] · x₂ + bias[o]: two inputs [..., in1Features] and [..., in2Features] become [..., outFeatures].</summary>
public sealed class Bilinear : Module
{
    /// <summary>Draws weight and bias evenly over ±1/√in1Features, as PyTorch does.</summary>
    public Bilinear(ParamScope scope, int in1Features, int in2Features, int outFeatures, bool bias = true) : base(scope)
    {
        Weight = scope.Parameter("weight", [outFeatures, in1Features, in2Features], Initializers.Bias(in1Features));
        if (bias) Bias = scope.Parameter("bias", [outFeatures], Initializers.Bias(in1Features));
    }

    /// <summary>[outFeatures, in1Features, in2Features].</summary>
    public Tensor Weight { get; }

    /// <summary>[outFeatures], or null.</summary>
    public Tensor? Bias { get; }

    /// <summary>Computes the output from both inputs, whose dimensions before the last are the same.</summary>
    public Tensor Forward(Tensor x1, Tensor x2)
    {
        int outputs = Weight.Shape[0], left = Weight.Shape[1], right = Weight.Shape[2];
        if (x1.Rank == 0 || x2.Rank == 0 || x1.Shape[^1] != left || x2.Shape[^1] != right || !x1.Shape.AsSpan()[..^1].SequenceEqual(x2.Shape.AsSpan()[..^1]))
            throw new ArgumentException($"Bilinear: x1 {x1.Shape} and x2 {x2.Shape} must be [..., {left}] and [..., {right}] with the same dimensions before.");
        // x1 through all matrices at once, [rows, outputs, in2], then a product with x2 for each row
        var rows = x1.Reshape(x1.Count / left, left).MatMul(Weight.Transpose(0, 1).Reshape(left, outputs * right)).Reshape(x1.Count / left, outputs, right);
        var y = rows.MatMul(x2.Reshape(x1.Count / left, right, 1)).Reshape(Shape.Own([.. x1.Shape.AsSpan()[..^1], outputs]));
        return Bias is null ? y : y + Bias;
    }

    /// <inheritdoc/>
    protected override string Arguments() => $"in1_features={Weight.Shape[1]}, in2_features={Weight.Shape[2]}, out_features={Weight.Shape[0]}, bias={Python.Bool(Bias is not null)}";
}
