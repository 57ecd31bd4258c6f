namespace Baeum;

/// <summary>Gives the memory of everything allocated inside back to the pool at its end.</summary>
/// <remarks>
/// <code>
/// using var step = TensorScope.Begin();
/// var loss = model.Forward(x).CrossEntropy(y);
/// loss.Backward();
/// optimizer.Step();
/// </code>
/// Parameters, optimiser state and gradients of leaves survive by themselves; anything else that must is named in <see cref="Keep(Tensor)"/>.
/// Without a scope nothing breaks: memory is then left to the garbage collector. A scope belongs to the thread that began it.
/// </remarks>
public sealed class TensorScope : IDisposable
{
    [ThreadStatic] private static TensorScope? current;
    [ThreadStatic] private static Stack<List<Storage>>? spareLists;

    private readonly TensorScope? parent;
    private List<Storage>? owned;

    private TensorScope(TensorScope? parent, List<Storage> owned)
    {
        this.parent = parent;
        this.owned = owned;
    }

    /// <summary>Begins a scope on this thread, inside the current one if there is one.</summary>
    public static TensorScope Begin()
    {
        var list = (spareLists ??= new()).TryPop(out var spare) ? spare : [];
        return current = new TensorScope(current, list);
    }

    /// <summary>Lets a tensor outlive this scope: it passes to the scope around it, or to nobody.</summary>
    public Tensor Keep(Tensor tensor)
    {
        if (tensor.storage.Owner == this) Move(tensor.storage, parent);
        return tensor;
    }

    /// <summary>Lets tensors outlive this scope: they pass to the scope around it, or to nobody.</summary>
    public void Keep(params ReadOnlySpan<Tensor> tensors)
    {
        foreach (var tensor in tensors) Keep(tensor);
    }

    /// <summary>Gives the memory back.</summary>
    public void Dispose()
    {
        if (owned is not { } list) return;
        owned = null;
        if (current == this) current = parent;
        foreach (var storage in list)
        {
            if (storage.Owner == this) storage.Release();
        }
        list.Clear();
        spareLists?.Push(list);
    }

    /// <summary>Hands memory to the current scope of this thread.</summary>
    internal static void Adopt(Storage storage)
    {
        if (current is { } scope) Move(storage, scope);
    }

    /// <summary>Takes memory out of every scope: whoever holds the tensor owns it.</summary>
    internal static void Free(Storage storage) => storage.Owner = null;

    private static void Move(Storage storage, TensorScope? to)
    {
        if (storage.Owner == to) return;
        storage.Owner = to;
        to?.owned?.Add(storage);
    }
}
