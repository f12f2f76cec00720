namespace Microsoft.ML.Trainers;

/// <summary>
/// Minimises a smooth function plus the sum of absolute weights (Andrew and Gao 2007, "Scalable training of L1-regularized log-linear
/// models"); without the latter it is plain L-BFGS. The first <paramref name="freeCount"/> weights carry no penalty.
/// </summary>
internal sealed class OrthantWiseOptimizer(int freeCount, float penalty, int historySize, float tolerance, int maximumIterations)
{
    /// <summary>The function's value and, in its second argument, its gradient.</summary>
    public delegate double Function(float[] weights, float[] gradient);

    private readonly List<(float[] Step, float[] Change, double Product)> _history = [];

    public float[] Minimize(Function function, int count)
    {
        var weights = new float[count];
        var gradient = new float[count];
        var nextGradient = new float[count];
        var value = function(weights, gradient) + Penalty(weights);
        var meanImprovement = 0.0;
        for (var iteration = 0; iteration < maximumIterations; iteration++)
        {
            var steepest = Steepest(weights, gradient);
            var direction = Direction(steepest);
            var length = _history.Count > 0 ? 1.0 : 1 / Math.Max(1e-12, Math.Sqrt(Dot(direction, direction)));
            float[] next = null;
            var nextValue = value;
            for (; length > 1e-12; length /= 2)
            {
                next = Step(weights, direction, steepest, (float)length);
                nextValue = function(next, nextGradient) + Penalty(next);
                if (nextValue <= value - (1e-4 * Gain(weights, next, steepest)))
                    break;
                next = null;
            }

            // No shorter step helps: this is as far as the arithmetic goes.
            if (next is null)
                break;

            Remember(weights, next, gradient, nextGradient);
            var improvement = value - nextValue;
            meanImprovement = iteration == 0 ? improvement : (0.25 * improvement) + (0.75 * meanImprovement);
            (weights, value) = (next, nextValue);
            (gradient, nextGradient) = (nextGradient, gradient);
            if (meanImprovement < tolerance)
                break;
        }

        return weights;
    }

    private static double Dot(float[] a, float[] b)
    {
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++)
            sum += (double)a[i] * b[i];
        return sum;
    }

    private static double Gain(float[] from, float[] to, float[] steepest)
    {
        var sum = 0.0;
        for (var i = 0; i < from.Length; i++)
            sum += (double)(to[i] - from[i]) * steepest[i];
        return sum;
    }

    private double Penalty(float[] weights)
    {
        var sum = 0.0;
        for (var i = freeCount; i < weights.Length && penalty > 0; i++)
            sum += Math.Abs(weights[i]);
        return sum * penalty;
    }

    /// <summary>The direction of steepest descent, the kink of the penalty at 0 included.</summary>
    private float[] Steepest(float[] weights, float[] gradient)
    {
        var steepest = new float[weights.Length];
        for (var i = 0; i < weights.Length; i++)
        {
            var slope = -gradient[i];
            var kink = i < freeCount ? 0 : penalty;
            steepest[i] = weights[i] != 0 ? slope - (Math.Sign(weights[i]) * kink)
                : Math.Abs(slope) <= kink ? 0
                : slope - (Math.Sign(slope) * kink);
        }

        return steepest;
    }

    /// <summary>The steepest descent corrected for the curvature met so far; it never points uphill in any weight.</summary>
    private float[] Direction(float[] steepest)
    {
        var direction = (float[])steepest.Clone();
        var factors = new double[_history.Count];
        for (var i = _history.Count - 1; i >= 0; i--)
        {
            factors[i] = Dot(_history[i].Step, direction) / _history[i].Product;
            Linear.AddScaled(_history[i].Change, (float)-factors[i], direction);
        }

        if (_history.Count > 0)
        {
            var (_, change, product) = _history[^1];
            var scale = (float)(product / Dot(change, change));
            for (var i = 0; i < direction.Length; i++)
                direction[i] *= scale;
        }

        for (var i = 0; i < _history.Count; i++)
        {
            var factor = Dot(_history[i].Change, direction) / _history[i].Product;
            Linear.AddScaled(_history[i].Step, (float)(factors[i] - factor), direction);
        }

        for (var i = freeCount; i < direction.Length && penalty > 0; i++)
        {
            if (direction[i] * steepest[i] <= 0)
                direction[i] = 0;
        }

        return direction;
    }

    /// <summary>A step that stops at 0 where a weight would change its sign.</summary>
    private float[] Step(float[] weights, float[] direction, float[] steepest, float length)
    {
        var next = (float[])weights.Clone();
        Linear.AddScaled(direction, length, next);
        for (var i = freeCount; i < next.Length && penalty > 0; i++)
        {
            var sign = weights[i] != 0 ? Math.Sign(weights[i]) : Math.Sign(steepest[i]);
            if (Math.Sign(next[i]) != sign)
                next[i] = 0;
        }

        return next;
    }

    private void Remember(float[] weights, float[] next, float[] gradient, float[] nextGradient)
    {
        var step = (float[])next.Clone();
        Linear.AddScaled(weights, -1, step);
        var change = (float[])nextGradient.Clone();
        Linear.AddScaled(gradient, -1, change);
        var product = Dot(step, change);
        if (product <= 1e-12)
            return;
        _history.Add((step, change, product));
        if (_history.Count > historySize)
            _history.RemoveAt(0);
    }
}
