using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Baeum.Kernels;

/// <summary>Which width the kernels run at: the widest the processor has, or what BAEUM_SIMD asks for (scalar, 128, 256 or 512).</summary>
internal static class Simd
{
    /// <summary>
    /// For a kernel's innermost loops: compiled once, with full optimisation, and never inlined. With the runtime's profile the JIT would put such a
    /// loop into its caller and then have no budget left for the functions inside it, which made GELU thirty times as slow.
    /// </summary>
    public const MethodImplOptions HotLoop = MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization;

    /// <summary>Bits in a register: 512, 256, 128, or 0 for one element at a time. Read once, so that the JIT folds every branch on it.</summary>
    public static readonly int Level = Choose(Environment.GetEnvironmentVariable("BAEUM_SIMD"));

    /// <summary>What `baeum info` prints.</summary>
    public static string Name => Level == 0 ? "scalar" : FormattableString.Invariant($"{Level}-bit");

    internal static int Choose(string? asked)
    {
        int widest = Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : Vector128.IsHardwareAccelerated ? 128 : 0;
        int wanted = asked?.Trim().ToLowerInvariant() switch
        {
            null or "" => widest,
            "scalar" or "0" => 0,
            "128" => 128,
            "256" => 256,
            "512" => 512,
            _ => throw new ArgumentException($"BAEUM_SIMD is '{asked}'; it takes scalar, 128, 256 or 512."),
        };
        return Math.Min(wanted, widest);
    }
}
