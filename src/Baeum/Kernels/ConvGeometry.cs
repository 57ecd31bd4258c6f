namespace Baeum.Kernels;

/// <summary>The sizes of a two-dimensional convolution of x [batch, channels, height, width] to y [batch, outputs, outHeight, outWidth].</summary>
internal sealed record ConvGeometry
{
    internal required int Batch { get; init; }
    internal required int Channels { get; init; }
    internal required int Height { get; init; }
    internal required int Width { get; init; }
    internal required int Outputs { get; init; }
    internal required int OutHeight { get; init; }
    internal required int OutWidth { get; init; }
    internal required int KernelHeight { get; init; }
    internal required int KernelWidth { get; init; }
    internal required int StrideHeight { get; init; }
    internal required int StrideWidth { get; init; }
    internal required int PadTop { get; init; }
    internal required int PadLeft { get; init; }
    internal required int DilationHeight { get; init; }
    internal required int DilationWidth { get; init; }
    internal required int Groups { get; init; }

    /// <summary>Channels of a group.</summary>
    internal int GroupChannels => Channels / Groups;

    /// <summary>Outputs of a group.</summary>
    internal int GroupOutputs => Outputs / Groups;

    /// <summary>Weights of one output: rows of the matrix of windows.</summary>
    internal int Window => GroupChannels * KernelHeight * KernelWidth;

    /// <summary>Pixels of an input plane.</summary>
    internal int Plane => Height * Width;

    /// <summary>Pixels of an output plane.</summary>
    internal int Positions => OutHeight * OutWidth;

    /// <summary>Whether every window is one pixel at its own place, so that x is the matrix of windows already.</summary>
    internal bool IsPointwise => KernelHeight == 1 && KernelWidth == 1 && StrideHeight == 1 && StrideWidth == 1 && PadTop == 0 && PadLeft == 0 && Positions == Plane;
}
