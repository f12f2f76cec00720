/* What a C program takes for the sum that `resnetfamily bench --mode allreduce` times: COUNT floats, in place, in pieces of 25 MB.
   mpicc -O2 allreduce.c -o allreduce; mpirun -n 2 ./allreduce 25557032 */
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>

enum { REPEATS = 20, WARM_UPS = 3, BUCKET = 25000000 / sizeof(float) };

static int ascending(const void *one, const void *other)
{
    double difference = *(const double *)one - *(const double *)other;
    return (difference > 0) - (difference < 0);
}

int main(int argc, char **argv)
{
    MPI_Init(&argc, &argv);
    int rank, size;
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &size);
    long count = argc > 1 ? atol(argv[1]) : 25557032;
    float *values = calloc(count, sizeof(float));
    double times[REPEATS];
    for (int repeat = -WARM_UPS; repeat < REPEATS; repeat++) {
        MPI_Barrier(MPI_COMM_WORLD);
        double begin = MPI_Wtime();
        for (long start = 0; start < count; start += BUCKET)
            MPI_Allreduce(MPI_IN_PLACE, values + start, count - start < BUCKET ? count - start : BUCKET, MPI_FLOAT, MPI_SUM, MPI_COMM_WORLD);
        if (repeat >= 0)
            times[repeat] = MPI_Wtime() - begin;
    }
    qsort(times, REPEATS, sizeof(double), ascending);
    if (rank == 0)
        printf("{\"processes\":%d,\"floats\":%ld,\"median_ms\":%.3f}\n", size, count, 500 * (times[REPEATS / 2 - 1] + times[REPEATS / 2]));
    free(values);
    MPI_Finalize();
}
