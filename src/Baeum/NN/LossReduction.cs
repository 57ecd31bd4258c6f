namespace Baeum;

/// <summary>How the losses of the elements become the result.</summary>
public enum LossReduction
{
    /// <summary>Their mean. For class ids the mean over rows weighted with the class weights, for soft targets over rows.</summary>
    Mean,

    /// <summary>Their sum.</summary>
    Sum,

    /// <summary>All of them, in the shape of the input.</summary>
    None,

    /// <summary>Their sum divided by the size of the first dimension: the mathematical definition of the Kullback-Leibler divergence.</summary>
    BatchMean,
}
