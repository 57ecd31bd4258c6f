namespace Baeum;

/// <summary>Layers one after the other.</summary>
/// <remarks>
/// <code>
/// var scope = ParamScope.Random(seed: 0);
/// var model = new Sequential(scope, new Linear(scope / 0, 2, 8), new Tanh(), new Linear(scope / 2, 8, 1));
/// </code>
/// </remarks>
public sealed class Sequential(ParamScope scope, params Layer[] layers) : Layer(scope)
{
    /// <summary>The layers in order.</summary>
    public IReadOnlyList<Layer> Layers => layers;

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x)
    {
        foreach (var layer in layers) x = layer.Forward(x);
        return x;
    }

    /// <inheritdoc/>
    protected override IEnumerable<(string Name, Module Part)> Parts() => layers.Select((layer, i) => (i.ToString(System.Globalization.CultureInfo.InvariantCulture), (Module)layer));
}
