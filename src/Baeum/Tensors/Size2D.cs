namespace Baeum;

/// <summary>A size in two dimensions; one number stands for both.</summary>
/// <param name="Height">Along the rows.</param>
/// <param name="Width">Along the columns.</param>
public readonly record struct Size2D(int Height, int Width)
{
    /// <summary>The same in both dimensions.</summary>
    public static implicit operator Size2D(int size) => new(size, size);

    /// <summary>Height and width.</summary>
    public static implicit operator Size2D((int Height, int Width) size) => new(size.Height, size.Width);

    /// <summary>Writes the size as a pair.</summary>
    public override string ToString() => Python.Tuple([Height, Width]);
}

/// <summary>Zeros around the input of a convolution: a number, one for height and one for width, or <c>"same"</c> or <c>"valid"</c>.</summary>
public readonly record struct Padding
{
    /// <summary>Rows above and below.</summary>
    public int Height { get; private init; }

    /// <summary>Columns left and right.</summary>
    public int Width { get; private init; }

    /// <summary>As much as keeps the size; only for stride 1. What does not halve goes to the right and below.</summary>
    public bool IsSame { get; private init; }

    /// <summary>The same padding in both dimensions.</summary>
    public static implicit operator Padding(int size) => new() { Height = size, Width = size };

    /// <summary>Padding for height and width.</summary>
    public static implicit operator Padding((int Height, int Width) size) => new() { Height = size.Height, Width = size.Width };

    /// <summary><c>"same"</c> or <c>"valid"</c>.</summary>
    /// <exception cref="ArgumentException">Another word.</exception>
    public static implicit operator Padding(string mode) => mode switch
    {
        "same" => new() { IsSame = true },
        "valid" => default,
        _ => throw new ArgumentException($"Padding: '{mode}' is neither a number nor \"same\" or \"valid\"."),
    };

    /// <summary>Writes the padding as a pair, or same.</summary>
    public override string ToString() => IsSame ? "same" : Python.Tuple([Height, Width]);
}
