namespace Baeum;

public sealed partial class Tensor
{
    /// <summary>Einstein's summation: products of elements, summed over the labels that the output does not name.</summary>
    /// <remarks>
    /// <c>Tensor.Einsum("bhqd,bhkd->bhqk", query, key)</c>; <c>"ii->i"</c> takes a diagonal, <c>"..."</c> stands for dimensions without a
    /// label, and without <c>-></c> the output has the labels that stand once, in alphabetical order. Sizes of one broadcast. More than two
    /// operands are multiplied in pairs, the pair first whose product is smallest.
    /// </remarks>
    /// <exception cref="ArgumentException">The equation does not fit the operands; the message names the label, the operand and the sizes.</exception>
    public static Tensor Einsum(string equation, params IReadOnlyList<Tensor> operands) => EinsumOp.Apply(equation, operands);
}
