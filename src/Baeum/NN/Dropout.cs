namespace Baeum;

/// <summary>While training, sets each element to zero with a probability and enlarges the others (Srivastava and others, 2014).</summary>
public sealed class Dropout : Layer
{
    private readonly double p;

    /// <summary>The masks come from the generator of <paramref name="scope"/>.</summary>
    public Dropout(ParamScope scope, double p = 0.5) : base(scope)
    {
        Tensor.CheckDropout(p, nameof(Dropout));
        this.p = p;
    }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => x.Dropout(p, Scope!.Generator, IsTraining);

    /// <inheritdoc/>
    protected override string Arguments() => $"p={Python.Number(p)}, inplace=False";
}

/// <summary>While training, sets whole channels of [batch, channels, ...] to zero (Tompson and others, 2015).</summary>
public sealed class Dropout2d : Layer
{
    private readonly double p;

    /// <summary>The masks come from the generator of <paramref name="scope"/>.</summary>
    public Dropout2d(ParamScope scope, double p = 0.5) : base(scope)
    {
        Tensor.CheckDropout(p, nameof(Dropout2d));
        this.p = p;
    }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => x.ChannelDropout(p, Scope!.Generator, IsTraining);

    /// <inheritdoc/>
    protected override string Arguments() => $"p={Python.Number(p)}, inplace=False";
}
