namespace Baeum;

/// <summary>x · weightᵀ + bias: [..., inFeatures] becomes [..., outFeatures].</summary>
public sealed class Linear : Layer
{
    /// <summary>Draws weight and bias evenly over ±1/√inFeatures, as PyTorch does.</summary>
    public Linear(ParamScope scope, int inFeatures, int outFeatures, bool bias = true) : base(scope)
    {
        Weight = scope.Parameter("weight", [outFeatures, inFeatures], Initializers.KaimingUniform(Math.Sqrt(5)));
        if (bias) Bias = scope.Parameter("bias", [outFeatures], Initializers.Bias(inFeatures));
    }

    /// <summary>[outFeatures, inFeatures].</summary>
    public Tensor Weight { get; }

    /// <summary>[outFeatures], or null.</summary>
    public Tensor? Bias { get; }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => LinearOp.Apply(x, Weight, Bias);

    /// <inheritdoc/>
    protected override string Arguments() => $"in_features={Weight.Shape[1]}, out_features={Weight.Shape[0]}, bias={Python.Bool(Bias is not null)}";
}
