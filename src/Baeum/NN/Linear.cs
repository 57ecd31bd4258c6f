namespace Baeum;

/// <summary>x · weightᵀ + bias: [..., inFeatures] becomes [..., outFeatures].</summary>
public sealed class Linear : Layer, IAdaptableLayer
{
    /// <summary>Draws weight and bias evenly over ±1/√inFeatures, as PyTorch does; with <paramref name="initializer"/> the weight by it, and the bias is zero.</summary>
    public Linear(ParamScope scope, int inFeatures, int outFeatures, bool bias = true, Initializer? initializer = null) : base(scope)
    {
        Weight = scope.Parameter("weight", [outFeatures, inFeatures], initializer ?? Initializers.KaimingUniform(Math.Sqrt(5)));
        if (bias) Bias = scope.Parameter("bias", [outFeatures], initializer is null ? Initializers.Bias(inFeatures) : Initializers.Zeros);
    }

    /// <summary>[outFeatures, inFeatures].</summary>
    public Tensor Weight { get; }

    /// <summary>[outFeatures], or null.</summary>
    public Tensor? Bias { get; }

    /// <inheritdoc/>
    public Func<Tensor, Tensor>? Adapter { get; set; }

    bool IAdaptableLayer.IsTransposed => false;

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => Adapter is null ? LinearOp.Apply(x, Weight, Bias) : LinearOp.Apply(x, Weight, Bias) + Adapter(x);

    /// <inheritdoc/>
    protected override string Arguments() => $"in_features={Weight.Shape[1]}, out_features={Weight.Shape[0]}, bias={Python.Bool(Bias is not null)}";
}
