namespace Baeum.Kernels;

/// <summary>
/// One register of <typeparamref name="T"/>. A kernel is written once over this interface; the JIT makes one copy for each width
/// (512, 256, 128 bits or a single element) and each element type, and every call below becomes one or two instructions.
/// Comparisons give a mask (all bits of a lane set or clear) of the same type, so that the single-element form needs no special case.
/// </summary>
internal unsafe interface ISimd<TSelf, T> where TSelf : struct, ISimd<TSelf, T> where T : unmanaged
{
    static abstract int Count { get; }
    static abstract TSelf Zero { get; }

    static abstract TSelf Load(ref readonly T source);
    static abstract TSelf Load(T* source);
    /// <summary>One non-zero byte of <paramref name="source"/> becomes a lane of set bits.</summary>
    static abstract TSelf LoadMask(ref readonly bool source);
    void Store(ref T destination);
    void Store(T* destination);
    static abstract TSelf Broadcast(T value);
    /// <summary>A literal; folded by the JIT.</summary>
    static abstract TSelf Constant(double value);

    static abstract TSelf operator +(TSelf a, TSelf b);
    static abstract TSelf operator -(TSelf a, TSelf b);
    static abstract TSelf operator *(TSelf a, TSelf b);
    static abstract TSelf operator /(TSelf a, TSelf b);
    static abstract TSelf operator -(TSelf a);
    static abstract TSelf operator &(TSelf a, TSelf b);
    static abstract TSelf operator |(TSelf a, TSelf b);
    static abstract TSelf operator ^(TSelf a, TSelf b);

    /// <summary>a·b + c, rounded once where the processor can.</summary>
    static abstract TSelf MultiplyAdd(TSelf a, TSelf b, TSelf c);
    /// <summary>sum ← a·b + sum. In a loop with many sums the JIT makes one instruction of this, and two of <c>sum = MultiplyAdd(a, b, sum)</c>.</summary>
    static abstract void AddProduct(ref TSelf sum, TSelf a, TSelf b);
    /// <summary>NaN if either is NaN.</summary>
    static abstract TSelf Min(TSelf a, TSelf b);
    /// <summary>NaN if either is NaN.</summary>
    static abstract TSelf Max(TSelf a, TSelf b);
    /// <summary>One instruction; <paramref name="b"/> comes back if it is NaN, what a NaN in <paramref name="a"/> gives is the processor's affair.</summary>
    static abstract TSelf FastMin(TSelf a, TSelf b);
    /// <summary>One instruction; <paramref name="b"/> comes back if it is NaN, what a NaN in <paramref name="a"/> gives is the processor's affair.</summary>
    static abstract TSelf FastMax(TSelf a, TSelf b);
    static abstract TSelf Sqrt(TSelf a);
    static abstract TSelf Abs(TSelf a);
    static abstract TSelf Round(TSelf a);
    static abstract TSelf Floor(TSelf a);
    static abstract TSelf Ceiling(TSelf a);
    static abstract TSelf Truncate(TSelf a);

    static abstract TSelf Equal(TSelf a, TSelf b);
    static abstract TSelf LessThan(TSelf a, TSelf b);
    static abstract TSelf LessThanOrEqual(TSelf a, TSelf b);
    static abstract TSelf Not(TSelf mask);
    static abstract TSelf Select(TSelf mask, TSelf whenSet, TSelf whenClear);
    static abstract bool Any(TSelf mask);
    /// <summary>One bit a lane, the first lane lowest.</summary>
    static abstract ulong Bits(TSelf mask);

    /// <summary>2^n for whole n inside the exponent range of normal numbers.</summary>
    static abstract TSelf PowerOfTwo(TSelf n);
    /// <summary>x = m·2^exponent with m in [√½, √2), for positive normal x.</summary>
    static abstract TSelf Decompose(TSelf x, out TSelf exponent);

    static abstract T Sum(TSelf a);
    static abstract T MaxLane(TSelf a);
    static abstract T MinLane(TSelf a);

    /// <summary>Calls a scalar function for every lane.</summary>
    static abstract TSelf Map<TFunction>(TSelf a) where TFunction : struct, IScalarFunction;
    static abstract TSelf Map2<TFunction>(TSelf a, TSelf b) where TFunction : struct, IScalarFunction2;
}

/// <summary>A function of the mathematics library, called lane by lane.</summary>
internal interface IScalarFunction
{
    static abstract double Invoke(double x);
}

/// <summary>A function of two arguments of the mathematics library, called lane by lane.</summary>
internal interface IScalarFunction2
{
    static abstract double Invoke(double x, double y);
}
