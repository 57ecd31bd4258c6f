namespace Baeum;

/// <summary>Modules in a row, to be used one by one: <c>new ModuleList&lt;Block&gt;(scope / "blocks", 6, place =&gt; new Block(place))</c>.</summary>
public sealed class ModuleList<TModule> : Module, IReadOnlyList<TModule> where TModule : Module
{
    private readonly TModule[] items;

    /// <summary>Builds <paramref name="count"/> modules at the places 0, 1, ... below <paramref name="scope"/>.</summary>
    public ModuleList(ParamScope scope, int count, Func<ParamScope, TModule> build) : this(scope, count, (place, _) => build(place))
    {
    }

    /// <summary>As above; the function also gets the number.</summary>
    public ModuleList(ParamScope scope, int count, Func<ParamScope, int, TModule> build) : base(scope)
    {
        items = new TModule[count];
        for (int i = 0; i < count; i++) items[i] = build(scope / i, i);
    }

    /// <inheritdoc/>
    public int Count => items.Length;

    /// <inheritdoc/>
    public TModule this[int index] => items[index];

    /// <inheritdoc/>
    public IEnumerator<TModule> GetEnumerator() => ((IEnumerable<TModule>)items).GetEnumerator();

    System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => items.GetEnumerator();

    /// <inheritdoc/>
    protected override IEnumerable<(string Name, Module Part)> Parts() => items.Select((item, i) => (i.ToString(System.Globalization.CultureInfo.InvariantCulture), (Module)item));
}
